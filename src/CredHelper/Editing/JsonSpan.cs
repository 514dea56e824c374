using System.Text;
using System.Text.Json;

namespace CredHelper.Editing;

/// <summary>A property of a JSON object by where it stands in the bytes.</summary>
/// <param name="Name">The name with its escapes resolved.</param>
/// <param name="NameStart">Offset of the quote that opens the name.</param>
/// <param name="NameEnd">Offset behind the quote that closes it.</param>
internal sealed record JsonSpanProperty(string Name, int NameStart, int NameEnd, JsonSpan Value);

/// <summary>
/// A JSON value by where it stands in the bytes: <paramref name="Start"/> inclusive, <paramref name="End"/> exclusive.
/// </summary>
/// <param name="Properties">Of an object, in their order; null for any other value.</param>
internal sealed record JsonSpan(int Start, int End, IReadOnlyList<JsonSpanProperty>? Properties)
{
    public static readonly JsonReaderOptions Strict = new()
    {
        CommentHandling = JsonCommentHandling.Disallow,
        AllowTrailingCommas = false,
        MaxDepth = 256,
    };

    /// <summary>The root value of a document as RFC 8259 has it: no comments, no trailing commas.</summary>
    /// <param name="offset">Bytes to pass over, such as a byte order mark.</param>
    /// <exception cref="JsonException">It is no JSON; its line and position count from the offset.</exception>
    public static JsonSpan Parse(ReadOnlySpan<byte> document, int offset)
    {
        var reader = new Utf8JsonReader(document[offset..], Strict);
        reader.Read();
        JsonSpan root = Value(ref reader, offset);
        while (reader.Read())
        {
            // Reading on to the end is what finds a second value behind the first.
        }
        return root;
    }

    private static JsonSpan Value(ref Utf8JsonReader reader, int offset)
    {
        int start = (int)reader.TokenStartIndex + offset;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return new JsonSpan(start, (int)reader.BytesConsumed + offset, null);
        }
        var properties = new List<JsonSpanProperty>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int nameStart = (int)reader.TokenStartIndex + offset;
            // The quotes are not part of what the reader calls the value; the colon behind may stand after blanks.
            int nameEnd = nameStart + reader.ValueSpan.Length + 2;
            string name = NameOf(ref reader);
            reader.Read();
            properties.Add(new JsonSpanProperty(name, nameStart, nameEnd, Value(ref reader, offset)));
        }
        return new JsonSpan(start, (int)reader.BytesConsumed + offset, properties);
    }

    private static string NameOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // An escape that is half a character: nothing of ours, kept as it stands.
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }
}
