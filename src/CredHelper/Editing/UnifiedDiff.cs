using System.Text;

namespace CredHelper.Editing;

/// <summary>A unified diff as diff -u prints it, with three lines of context, for <c>--dry-run</c>.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;

    /// <summary>Past this product of line counts the changed middle is shown as replaced whole.</summary>
    private const long LargestTable = 4_000_000;

    private readonly record struct Line(char Mark, string Text, int Old, int New);

    /// <param name="before">Null for a file that is not there.</param>
    /// <param name="after">Null for a file that goes away.</param>
    public static string Of(string path, string? before, string? after)
    {
        if (before == after)
            return "";
        List<Line> lines = Compare(Split(before), Split(after));
        var text = new StringBuilder();
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
            text.Append(line.Mark).Append(line.Text.TrimEnd('\n'));
            text.Append(line.Text.EndsWith('\n') ? "\n" : "\n\\ No newline at end of file\n");
        }
    }

    private static List<Line> Compare(string[] old, string[] now)
    {
        int head = 0,
            tail = 0;
        while (head < Math.Min(old.Length, now.Length) && old[head] == now[head])
            head++;
        while (tail < Math.Min(old.Length, now.Length) - head && old[^(tail + 1)] == now[^(tail + 1)])
            tail++;
        var lines = new List<Line>();
        for (int i = 0; i < head; i++)
            lines.Add(new Line(' ', old[i], i + 1, i + 1));
        Middle(lines, old[head..^tail], now[head..^tail], head);
        for (int i = tail; i > 0; i--)
            lines.Add(new Line(' ', old[^i], old.Length - i + 1, now.Length - i + 1));
        return lines;
    }

    private static void Middle(List<Line> lines, string[] old, string[] now, int head)
    {
        int[][]? common = (long)old.Length * now.Length <= LargestTable ? LongestCommon(old, now) : null;
        int i = 0,
            j = 0;
        while (i < old.Length || j < now.Length)
        {
            if (common is not null && i < old.Length && j < now.Length && old[i] == now[j])
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

    /// <summary>Lengths of the longest common subsequence of what follows each pair of positions.</summary>
    private static int[][] LongestCommon(string[] old, string[] now)
    {
        var length = new int[old.Length + 1][];
        length[old.Length] = new int[now.Length + 1];
        for (int i = old.Length - 1; i >= 0; i--)
        {
            length[i] = new int[now.Length + 1];
            for (int j = now.Length - 1; j >= 0; j--)
            {
                length[i][j] =
                    old[i] == now[j] ? length[i + 1][j + 1] + 1 : Math.Max(length[i + 1][j], length[i][j + 1]);
            }
        }
        return length;
    }

    private static string[] Split(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return [];
        string[] lines = text.Split('\n');
        return [.. lines[..^1].Select(line => line + "\n"), .. lines[^1].Length > 0 ? new[] { lines[^1] } : []];
    }
}
