using System.Text;
using System.Text.Json;
using CredHelper.Diagnostics;
using CredHelper.Platform;

namespace CredHelper.Output;

/// <summary>A name and what is known of it, in words.</summary>
/// <param name="Relative">The same with times as seen from now, for a terminal; null if it has no times.</param>
internal readonly record struct Fact(string Name, string Value, string? Relative = null);

/// <summary>Facts as lines for people, and as values for machines.</summary>
/// <param name="Facts">One line each; never empty.</param>
/// <param name="WriteValues">Writes the members of the JSON object behind its first ones.</param>
internal sealed record FactSheet(IReadOnlyList<Fact> Facts, Action<Utf8JsonWriter> WriteValues)
{
    private const int Gap = 2;

    public void Print() => Terminal.Write(Text(TerminalStyle.Current));

    public void PrintJson() => StandardStreams.WriteOutput(JsonOutput.FormatLine(Write, isIndented: true));

    public string Text(TerminalStyle style)
    {
        int width = Facts.Max(fact => fact.Name.Length) + Gap;
        if (!style.HasLayout)
        {
            var text = new StringBuilder();
            foreach (Fact fact in Facts)
                text.Append(fact.Name.PadRight(width)).Append(fact.Value).Append('\n');
            return text.ToString();
        }
        var layout = new TextLayout(style);
        foreach (Fact fact in Facts)
            layout.Add([(fact.Name.PadRight(width), Colour.Cyan)], fact.Relative ?? fact.Value, width);
        return layout.ToString();
    }

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteSchema();
        WriteValues(writer);
        writer.WriteEndObject();
    }
}
