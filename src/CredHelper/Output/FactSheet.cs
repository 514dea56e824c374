using System.Text;
using System.Text.Json;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Output;

/// <summary>A name and a value, such as a line of <c>explain</c>.</summary>
/// <param name="name">The name of the fact.</param>
/// <param name="value">The value as text.</param>
/// <param name="relative">The value with relative times, for a terminal; null if it has no times.</param>
internal sealed class Fact(string name, string value, string? relative = null)
{
    public string Name => name;

    public string Value { get; } = ForeignText.Line(value);

    public string? Relative => relative;
}

/// <summary>Facts printed as aligned lines or as a JSON object.</summary>
/// <param name="facts">The facts, one line each; never empty.</param>
/// <param name="writeValues">Writes the members of the JSON object after the schema.</param>
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
