using CredHelper.Errors;
using Tomlyn.Syntax;

namespace CredHelper.Editing;

/// <summary>Edits the keys before the first table of a TOML file; values are TOML text.</summary>
internal sealed class TomlKeyEdit : IEditableText
{
    private readonly TomlSource _source;

    private TomlKeyEdit(TomlSource source) => _source = source;

    /// <exception cref="HelperException">It is not TOML.</exception>
    public static TomlKeyEdit Parse(string path, byte[] content) => new(TomlSource.Parse(path, content));

    public string? Find(params ReadOnlySpan<string> path) =>
        Key(path) is { Value: { } value } ? _source.Text[value.Span.Start.Offset..(value.Span.End.Offset + 1)] : null;

    public void Put(string value, params ReadOnlySpan<string> path)
    {
        if (Key(path) is { Value: { } old })
            _source.ReplaceValue(old, value);
        else
            _source.AddKey(_source.Tables[0], path[0], value);
    }

    public void Remove(params ReadOnlySpan<string> path)
    {
        if (Key(path) is { } pair)
            _source.RemoveKey(pair);
    }

    public IReadOnlyList<string[]> MissingAround(params ReadOnlySpan<string> path) => [];

    public void RemoveIfEmpty(params ReadOnlySpan<string> path) { }

    public byte[] ToBytes() => _source.ToBytes();

    private KeyValueSyntax? Key(ReadOnlySpan<string> path) => TomlSource.Key(_source.Tables[0], path);
}
