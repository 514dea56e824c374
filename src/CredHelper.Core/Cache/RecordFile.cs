using System.Text;

namespace CredHelper.Cache;

/// <summary>
/// The format of every file we keep: a first line with the kind, <c>name value</c> lines, and a last line with a digest
/// of all before it. A file that was cut, damaged or put there by something else does not match and reads as absent.
/// </summary>
internal static class RecordFile
{
    private const string DigestName = "check ";
    private const int DigestLength = 32;

    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    public static byte[] Format(string kind, ReadOnlySpan<byte> seed, IEnumerable<KeyValuePair<string, string>> fields)
    {
        var text = new StringBuilder(kind).Append('\n');
        foreach ((string name, string value) in fields)
        {
            text.Append(name).Append(' ');
            AppendEscaped(text, value);
            text.Append('\n');
        }
        string digest = Digest(seed, Encoding.UTF8.GetBytes(text.ToString()));
        text.Append(DigestName).Append(digest).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The fields in the order they were written; null where this is no intact record of that kind.</summary>
    public static List<KeyValuePair<string, string>>? Parse(
        string kind,
        ReadOnlySpan<byte> seed,
        ReadOnlySpan<byte> content
    )
    {
        int trailer = content.Length - DigestName.Length - DigestLength - 1;
        if (trailer <= kind.Length || content[trailer - 1] != '\n')
            return null;
        string text;
        try
        {
            text = Strict.GetString(content);
        }
        catch (ArgumentException)
        {
            return null;
        }
        // Past ASCII, bytes and characters part; the trailer itself is ASCII, so count it from the end.
        int body = text.Length - DigestName.Length - DigestLength - 1;
        if (body <= kind.Length || !text.StartsWith(kind, StringComparison.Ordinal) || text[kind.Length] != '\n')
            return null;
        if (!text.AsSpan(body).TrimEnd('\n').SequenceEqual(DigestName + Digest(seed, content[..trailer])))
            return null;

        var fields = new List<KeyValuePair<string, string>>();
        ReadOnlySpan<char> lines = text.AsSpan(kind.Length + 1, body - kind.Length - 1);
        foreach (Range range in lines.Split('\n'))
        {
            ReadOnlySpan<char> line = lines[range];
            int space = line.IndexOf(' ');
            if (space > 0)
                fields.Add(new(line[..space].ToString(), Unescape(line[(space + 1)..])));
        }
        return fields;
    }

    private static string Digest(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> content)
    {
        var fingerprint = new Fingerprint(seed);
        fingerprint.Add(content);
        return fingerprint.Finish();
    }

    /// <summary>Keeps a value on its line, also for editors and tools that know more line ends than \n.</summary>
    private static void AppendEscaped(StringBuilder text, string value)
    {
        foreach (char c in value)
        {
            if (c is '\\' || char.IsControl(c) || c is '\u2028' or '\u2029' || char.IsSurrogate(c))
                text.Append('\\').Append(((int)c).ToString("x4", System.Globalization.CultureInfo.InvariantCulture));
            else
                text.Append(c);
        }
    }

    private static string Unescape(ReadOnlySpan<char> value)
    {
        if (!value.Contains('\\'))
            return value.ToString();
        var text = new StringBuilder(value.Length);
        for (int i = 0; i < value.Length; i++)
        {
            if (
                value[i] == '\\'
                && value.Length - i > 4
                && ushort.TryParse(
                    value.Slice(i + 1, 4),
                    System.Globalization.NumberStyles.AllowHexSpecifier,
                    System.Globalization.CultureInfo.InvariantCulture,
                    out ushort code
                )
            )
            {
                text.Append((char)code);
                i += 4;
            }
            else
            {
                text.Append(value[i]);
            }
        }
        return text.ToString();
    }
}
