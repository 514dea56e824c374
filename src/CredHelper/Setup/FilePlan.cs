using CredHelper.Editing;
using CredHelper.GitLabRunner;

namespace CredHelper.Setup;

/// <summary>A value that setup wants at a path of a file; null: that nothing should stand there.</summary>
/// <param name="Why">For the person who is asked whether something may go or be replaced.</param>
/// <param name="Registry">The registry it serves, so that <c>--undo --registry</c> finds it; null for what serves
/// all.</param>
internal sealed record DesiredValue(string[] Path, string? Value, string? Why = null, string? Registry = null);

/// <summary>How a file is read for editing, by the name that undo records know it by.</summary>
internal sealed record FileFormat(string Name, Func<string, byte[], IEditableText> Parse)
{
    public static FileFormat Json { get; } = new("json", JsonEdit.Parse);

    public static FileFormat Ini { get; } = new("ini", IniEdit.Parse);

    /// <summary>A TOML file of which only keys before the first table matter.</summary>
    public static FileFormat Toml { get; } = new("toml", TomlKeyEdit.Parse);

    /// <summary>A config.toml of GitLab Runner.</summary>
    public static FileFormat RunnerConfig { get; } = new("config.toml", RunnerConfigEdit.Parse);
}

/// <summary>
/// What setup wants of one file. The wishes are worked out from what the file says, again if another program changes it
/// before it is written.
/// </summary>
/// <param name="Check">Throws where the new text would not be understood by those who read it.</param>
internal sealed record FilePlan(string Path, FileFormat Format, Func<IEditableText, IReadOnlyList<DesiredValue>> Wishes)
{
    public Action<byte[]>? Check { get; init; }
}
