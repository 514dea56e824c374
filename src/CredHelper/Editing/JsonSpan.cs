using System.Text;
using System.Text.Json;

namespace CredHelper.Editing;

/// <summary>A property of a JSON object with its position in the document.</summary>
/// <param name="Name">The name with its escapes resolved.</param>
/// <param name="NameStart">Offset of the opening quote of the name.</param>
/// <param name="NameEnd">Offset after the closing quote of the name.</param>
internal sealed record JsonSpanProperty(string Name, int NameStart, int NameEnd, JsonSpan Value);

/// <summary>
/// A JSON value with its position in the document: <paramref name="Start"/> inclusive, <paramref name="End"/>
/// exclusive.
/// </summary>
/// <param name="Properties">The properties of an object in their order; null for any other value.</param>
internal sealed record JsonSpan(int Start, int End, IReadOnlyList<JsonSpanProperty>? Properties)
{
    public static readonly JsonReaderOptions Strict = new()
    {
        CommentHandling = JsonCommentHandling.Disallow,
        AllowTrailingCommas = false,
        MaxDepth = 256,
    };

    /// <summary>Parses the root value of a document by RFC 8259: no comments, no trailing commas.</summary>
    /// <param name="offset">Number of bytes to skip, such as a byte order mark.</param>
    /// <exception cref="JsonException">It is not JSON; line and position count from the offset.</exception>
    public static JsonSpan Parse(ReadOnlySpan<byte> document, int offset)
    {
        var reader = new Utf8JsonReader(document[offset..], Strict);
        reader.Read();
        JsonSpan root = Value(ref reader, offset);
        while (reader.Read())
        {
            // Reading to the end makes the reader fail if a second value follows.
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
            // The value span excludes the quotes, and blanks may precede the colon.
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
            // The name has an escape of half a character. It is not one of ours, so it is kept as it is written.
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }
}
