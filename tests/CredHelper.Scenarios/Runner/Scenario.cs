namespace CredHelper.Scenarios.Runner;

/// <summary>A line of a scenario, with the lines between <c>&lt;&lt;EOF</c> and <c>EOF</c> as its body.</summary>
internal sealed record ScenarioLine(int Number, bool Negated, string Command, string Argument, string? Body)
{
    public override string ToString() => $"{(Negated ? "! " : "")}{Command} {Argument}".TrimEnd();
}

/// <summary>
/// A scenario file: the actions of a user and their results, line by line. Its name is topic/file without the
/// extension.
/// </summary>
internal sealed record Scenario(string Name, string Prose, bool Serial, IReadOnlyList<ScenarioLine> Lines)
{
    /// <summary>Whether it is about the program of this platform; without a platform it is about all.</summary>
    public bool IsAbout(string platform) =>
        Lines.FirstOrDefault(line => line.Command == "platform") is not { } line || line.Argument == platform;

    private const string BodyMark = "<<EOF";

    /// <summary>
    /// Every scenario begins with a sentence, so that a failure shows what does not work for the user.
    /// </summary>
    public static Scenario Parse(string name, string text)
    {
        string[] rows = text.ReplaceLineEndings("\n").Split('\n');
        if (!rows[0].StartsWith("# ", StringComparison.Ordinal))
        {
            throw new ScenarioFailedException(
                $"{name}:1: a scenario begins with one line of prose: # what a user sees"
            );
        }

        var lines = new List<ScenarioLine>();
        for (int row = 0; row < rows.Length; row++)
        {
            string line = rows[row].Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            int number = row + 1;
            string? body = null;
            if (line.EndsWith(BodyMark, StringComparison.Ordinal))
            {
                line = line[..^BodyMark.Length].TrimEnd();
                body = ReadBody(rows, ref row, name);
            }

            bool negated = line.StartsWith("! ", StringComparison.Ordinal);
            string[] parts = (negated ? line[2..].TrimStart() : line).Split(' ', 2);
            lines.Add(new ScenarioLine(number, negated, parts[0], parts.Length > 1 ? parts[1].TrimStart() : "", body));
        }

        return new Scenario(name, rows[0][2..], lines.Exists(line => line.Command == "serial"), lines);
    }

    private static string ReadBody(string[] rows, ref int row, string name)
    {
        int first = row + 1;
        int end = Array.FindIndex(rows, first, line => line.Trim() == "EOF");
        if (end < 0)
            throw new ScenarioFailedException($"{name}:{row + 1}: no EOF after <<EOF");
        row = end;
        return end == first ? "" : string.Join('\n', rows[first..end]) + "\n";
    }
}
