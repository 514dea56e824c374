using System.Text;
using CredHelper.Errors;

namespace CredHelper.Editing;

/// <summary>
/// The unified diff that <c>--dry-run</c> prints, with three lines of context as in diff -u. Whole lines are compared,
/// and masked lines are printed.
/// </summary>
internal static class UnifiedDiff
{
    private const int Context = 3;

    /// <summary>
    /// If the product of the line counts exceeds this, the changed middle is shown as replaced completely.
    /// </summary>
    private const long LargestTable = 4_000_000;

    /// <param name="Text">The line that is compared.</param>
    /// <param name="Shown">The line that is printed.</param>
    private readonly record struct Row(string Text, string Shown);

    private readonly record struct Line(char Mark, Row Row, int Old, int New);

    /// <param name="before">The old text, or null for a new file.</param>
    /// <param name="after">The new text, or null for a deleted file.</param>
    public static string Of(string path, MaskedText? before, MaskedText? after)
    {
        if (before?.Text == after?.Text)
            return "";
        List<Line> lines = Compare(Rows(before), Rows(after));
        var text = new StringBuilder();
        path = ForeignText.Line(path);
        text.Append("--- ").Append(before is null ? "/dev/null" : path).Append('\n');
        text.Append("+++ ").Append(after is null ? "/dev/null" : path).Append('\n');
        int next = 0;
        while ((next = lines.FindIndex(next, line => line.Mark != ' ')) >= 0)
        {
            int start = Math.Max(0, next - Context),
                end = next;
            for (int i = next; i < lines.Count && i <= end + 2 * Context; i++)
            {
                if (lines[i].Mark != ' ')
                    end = i;
            }
            next = Math.Min(lines.Count, end + Context + 1);
            Append(text, lines[start..next]);
        }
        return text.ToString();
    }

    private static void Append(StringBuilder text, List<Line> hunk)
    {
        int old = hunk.Count(line => line.Mark != '+'),
            added = hunk.Count(line => line.Mark != '-');
        text.Append(
            $"@@ -{(old == 0 ? hunk[0].Old - 1 : hunk[0].Old)},{old} +"
                + $"{(added == 0 ? hunk[0].New - 1 : hunk[0].New)},{added} @@\n"
        );
        foreach (Line line in hunk)
        {
            text.Append(line.Mark).Append(line.Row.Shown.TrimEnd('\n'));
            text.Append(line.Row.Text.EndsWith('\n') ? "\n" : "\n\\ No newline at end of file\n");
        }
    }

    private static List<Line> Compare(Row[] old, Row[] now)
    {
        int head = 0,
            tail = 0;
        while (head < Math.Min(old.Length, now.Length) && old[head].Text == now[head].Text)
            head++;
        while (tail < Math.Min(old.Length, now.Length) - head && old[^(tail + 1)].Text == now[^(tail + 1)].Text)
            tail++;
        var lines = new List<Line>();
        for (int i = 0; i < head; i++)
            lines.Add(new Line(' ', old[i], i + 1, i + 1));
        Middle(lines, old[head..^tail], now[head..^tail], head);
        for (int i = tail; i > 0; i--)
            lines.Add(new Line(' ', old[^i], old.Length - i + 1, now.Length - i + 1));
        return lines;
    }

    private static void Middle(List<Line> lines, Row[] old, Row[] now, int head)
    {
        int[][]? common = (long)old.Length * now.Length <= LargestTable ? LongestCommon(old, now) : null;
        int i = 0,
            j = 0;
        while (i < old.Length || j < now.Length)
        {
            if (common is not null && i < old.Length && j < now.Length && old[i].Text == now[j].Text)
            {
                lines.Add(new Line(' ', old[i], head + ++i, head + ++j));
            }
            else if (i < old.Length && (j == now.Length || common is null || common[i + 1][j] >= common[i][j + 1]))
            {
                lines.Add(new Line('-', old[i], head + ++i, head + j + 1));
            }
            else
            {
                lines.Add(new Line('+', now[j], head + i + 1, head + ++j));
            }
        }
    }

    /// <summary>Lengths of the longest common subsequence after each pair of positions.</summary>
    private static int[][] LongestCommon(Row[] old, Row[] now)
    {
        var length = new int[old.Length + 1][];
        length[old.Length] = new int[now.Length + 1];
        for (int i = old.Length - 1; i >= 0; i--)
        {
            length[i] = new int[now.Length + 1];
            for (int j = now.Length - 1; j >= 0; j--)
            {
                length[i][j] =
                    old[i].Text == now[j].Text
                        ? length[i + 1][j + 1] + 1
                        : Math.Max(length[i + 1][j], length[i][j + 1]);
            }
        }
        return length;
    }

    private static Row[] Rows(MaskedText? text)
    {
        if (text is null || text.Text.Length == 0)
            return [];
        string[] lines = text.Text.Split('\n'),
            shown = text.Lines();
        return
        [
            .. lines[..^1].Select((line, i) => new Row(line + "\n", shown[i])),
            .. lines[^1].Length > 0 ? new[] { new Row(lines[^1], shown[^1]) } : [],
        ];
    }
}
