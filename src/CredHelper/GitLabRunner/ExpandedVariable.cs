using System.Text;

namespace CredHelper.GitLabRunner;

/// <summary>
/// A variable's value after its references were expanded once, as GitLab Runner does with Go's os.Expand: <c>$NAME</c>,
/// <c>${NAME}</c>, and <c>$$</c> for a dollar sign.
/// </summary>
/// <param name="Unknown">Names that only a job may set; they expand to an empty string.</param>
internal sealed record ExpandedVariable(string Value, IReadOnlyList<string> Unknown)
{
    private const string Special = "*#$@!?-0123456789";

    /// <param name="find">Returns the value of a name; null if it is unknown.</param>
    public static ExpandedVariable Of(string value, Func<string, string?> find)
    {
        var text = new StringBuilder();
        var unknown = new List<string>();
        for (int i = 0; i < value.Length; i++)
        {
            if (value[i] != '$' || i + 1 == value.Length)
            {
                text.Append(value[i]);
                continue;
            }
            (string name, int length) = NameIn(value.AsSpan(i + 1));
            i += length;
            // A dollar sign before any other character stays; "${}" and an unclosed brace are removed.
            if (name.Length == 0)
                text.Append(length == 0 ? "$" : "");
            else
                text.Append(ValueOf(name, find, unknown));
        }
        return new ExpandedVariable(text.ToString(), unknown);
    }

    /// <summary>Omits the value, which may contain credentials.</summary>
    public override string ToString() => string.Join(", ", Unknown);

    private static string ValueOf(string name, Func<string, string?> find, List<string> unknown)
    {
        if (name == "$")
            return name;
        if (find(name) is { } value)
            return value;
        if (name.Length > 1 || !Special.Contains(name[0], StringComparison.Ordinal))
            unknown.Add(name);
        return "";
    }

    /// <summary>The name after a dollar sign, and the length of the reference.</summary>
    private static (string Name, int Length) NameIn(ReadOnlySpan<char> text)
    {
        if (text[0] != '{')
        {
            int length = Special.Contains(text[0], StringComparison.Ordinal) ? 1 : LengthOfName(text);
            return (text[..length].ToString(), length);
        }
        int end = text.IndexOf('}');
        return end < 0 ? ("", 1) : (text[1..end].ToString(), end + 1);
    }

    private static int LengthOfName(ReadOnlySpan<char> text)
    {
        int length = 0;
        while (length < text.Length && (char.IsAsciiLetterOrDigit(text[length]) || text[length] == '_'))
            length++;
        return length;
    }
}
