using System.Text;
using CredHelper.CachedGet;
using CredHelper.Platform;

namespace CredHelper.Cache;

/// <summary>
/// Writes and reads complete records for managed code; see <see cref="RecordReader"/> for the format.
/// </summary>
internal static class RecordFile
{
    public static byte[] Format(string kind, ReadOnlySpan<byte> seed, IEnumerable<KeyValuePair<string, string>> fields)
    {
        var text = new StringBuilder(kind).Append('\n');
        foreach ((string name, string value) in fields)
        {
            text.Append(name).Append(' ');
            AppendEscaped(text, value);
            text.Append('\n');
        }
        byte[] body = Encoding.UTF8.GetBytes(text.ToString()),
            seedCopy = seed.ToArray();
        byte[] digest = NativeScratch.Use(
            (ref Scratch scratch) =>
                RecordReader.AddDigest(ref scratch, scratch.AddCopy(seedCopy), scratch.AddCopy(body)).Span.ToArray()
        );
        return [.. body, .. RecordReader.DigestName, .. digest, (byte)'\n'];
    }

    /// <summary>
    /// Returns the fields in the order in which they were written; null if the content is not an intact record of that
    /// kind.
    /// </summary>
    public static List<KeyValuePair<string, string>>? Parse(
        string kind,
        ReadOnlySpan<byte> seed,
        ReadOnlySpan<byte> content
    )
    {
        byte[] seedCopy = seed.ToArray(),
            contentCopy = content.ToArray(),
            kindBytes = Encoding.UTF8.GetBytes(kind);
        return NativeScratch.Use(
            (ref Scratch scratch) =>
                RecordReader.TryOpen(
                    ref scratch,
                    scratch.AddCopy(seedCopy),
                    scratch.AddCopy(contentCopy),
                    scratch.AddCopy(kindBytes),
                    out RecordReader reader
                )
                    ? Fields(reader)
                    : null
        );
    }

    /// <summary>Returns the text of a value as it is stored in a file.</summary>
    public static string Text(Bytes value) => Unescape(value.ToString());

    private static List<KeyValuePair<string, string>> Fields(RecordReader reader)
    {
        var fields = new List<KeyValuePair<string, string>>();
        while (reader.TryNext(out Bytes name, out Bytes value))
            fields.Add(new(name.ToString(), Text(value)));
        return fields;
    }

    /// <summary>Keeps a value on one line, also for editors and tools that accept other line ends than \n.</summary>
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
