using System.Text;
using System.Text.Json;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Output;

/// <summary>A name and what is known of it, in words.</summary>
/// <param name="name">What it is about.</param>
/// <param name="value">In words.</param>
/// <param name="relative">The same with times as seen from now, for a terminal; null if it has no times.</param>
internal sealed class Fact(string name, string value, string? relative = null)
{
    public string Name => name;

    public string Value { get; } = ForeignText.Line(value);

    public string? Relative => relative;
}

/// <summary>Facts as lines for people, and as values for machines.</summary>
/// <param name="facts">One line each; never empty.</param>
/// <param name="writeValues">Writes the members of the JSON object behind its first ones.</param>
internal sealed class FactSheet(IReadOnlyList<Fact> facts, Action<Utf8JsonWriter> writeValues)
{
    private const int Gap = 2;

    public void Print() => Terminal.WriteAsIs(Text(TerminalStyle.Current));

    public void PrintJson() => StandardStreams.WriteOutput(JsonOutput.FormatLine(Write, isIndented: true));

    public string Text(TerminalStyle style)
    {
        int width = facts.Max(fact => fact.Name.Length) + Gap;
        if (!style.HasLayout)
        {
            var text = new StringBuilder();
            foreach (Fact fact in facts)
                text.Append(fact.Name.PadRight(width)).Append(fact.Value).Append('\n');
            return text.ToString();
        }
        var layout = new TextLayout(style);
        foreach (Fact fact in facts)
            layout.Add([new Styled(fact.Name.PadRight(width), Colour.Cyan)], fact.Relative ?? fact.Value, width);
        return layout.ToString();
    }

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteSchema();
        writeValues(writer);
        writer.WriteEndObject();
    }
}
