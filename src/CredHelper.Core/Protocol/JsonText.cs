using System.Globalization;
using System.Text;

namespace CredHelper.Protocol;

/// <summary>
/// What stands between the quotes of a JSON string (RFC 8259, section 7). By hand because the writer of
/// System.Text.Json builds its tables of Unicode at the first character it writes, a tenth of a cached answer's time.
/// </summary>
internal static class JsonText
{
    /// <summary>The text itself where nothing in it needs a backslash.</summary>
    public static string Escape(string text)
    {
        int first = 0;
        while (first < text.Length && !IsSpecial(text[first]))
            first++;
        if (first == text.Length)
            return text;

        var escaped = new StringBuilder(text, 0, first, text.Length + 16);
        foreach (char c in text.AsSpan(first))
        {
            if (!IsSpecial(c))
                escaped.Append(c);
            else if (c is '"' or '\\')
                escaped.Append('\\').Append(c);
            else
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        }
        return escaped.ToString();
    }

    private static bool IsSpecial(char c) => c is < ' ' or '"' or '\\';
}
