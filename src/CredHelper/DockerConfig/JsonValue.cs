using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace CredHelper.DockerConfig;

internal enum JsonKind
{
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}

/// <summary>A member of a JSON object, in which names may be repeated.</summary>
internal sealed record JsonMember(string Name, JsonValue Value);

/// <summary>
/// A JSON value as read by Go's encoding/json, which docker, GitLab Runner and podman use: invalid UTF-8 and unpaired
/// surrogates become U+FFFD, and the caller decides about text after the value.
/// </summary>
internal sealed class JsonValue
{
    private const int DeepestNesting = 10_000;
    private const char Replacement = '\uFFFD';

    private readonly List<JsonMember> _members = [];
    private readonly List<JsonValue> _items = [];

    private JsonValue(JsonKind kind, int line) => (Kind, Line) = (kind, line);

    public JsonKind Kind { get; }

    /// <summary>Its line, counted from 1.</summary>
    public int Line { get; }

    /// <summary>The text of a string; empty for other kinds.</summary>
    public string Text { get; private init; } = "";

    public IReadOnlyList<JsonMember> Members => _members;

    public IReadOnlyList<JsonValue> Items => _items;

    public string KindText =>
        Kind switch
        {
            JsonKind.Null => "null",
            JsonKind.Boolean => "a boolean",
            JsonKind.Number => "a number",
            JsonKind.String => "a string",
            JsonKind.Array => "an array",
            _ => "an object",
        };

    /// <summary>Whether the text contains nothing but JSON white space.</summary>
    public static bool IsBlank(ReadOnlySpan<byte> text) => !text.ContainsAnyExcept(" \t\r\n"u8);

    /// <summary>Reads the first value of a text.</summary>
    /// <param name="length">The length of the value in bytes, including the white space before it.</param>
    /// <exception cref="JsonException">There is no value, or it is not valid JSON.</exception>
    public static JsonValue ReadFirst(ReadOnlySpan<byte> text, out int length)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = DeepestNesting });
        var lines = new LineCounter(text);
        // Not recursive, because deeply nested text would overflow the thread's stack.
        var open = new Stack<JsonValue>();
        string name = "";
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = TextOf(ref reader);
                    continue;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    JsonValue closed = open.Pop();
                    if (open.Count > 0)
                        continue;
                    length = (int)reader.BytesConsumed;
                    return closed;
            }
            JsonValue value = Start(ref reader, lines.LineAt((int)reader.TokenStartIndex));
            if (open.TryPeek(out JsonValue? parent))
                parent.Add(name, value);
            if (value.Kind is JsonKind.Object or JsonKind.Array)
            {
                open.Push(value);
            }
            else if (parent is null)
            {
                length = (int)reader.BytesConsumed;
                return value;
            }
        }
        throw new JsonException("the text has no value", null, 0, 0);
    }

    private static JsonValue Start(ref Utf8JsonReader reader, int line) =>
        reader.TokenType switch
        {
            JsonTokenType.StartObject => new JsonValue(JsonKind.Object, line),
            JsonTokenType.StartArray => new JsonValue(JsonKind.Array, line),
            JsonTokenType.String => new JsonValue(JsonKind.String, line) { Text = TextOf(ref reader) },
            JsonTokenType.Number => new JsonValue(JsonKind.Number, line),
            JsonTokenType.True or JsonTokenType.False => new JsonValue(JsonKind.Boolean, line),
            _ => new JsonValue(JsonKind.Null, line),
        };

    private void Add(string name, JsonValue value)
    {
        if (Kind == JsonKind.Object)
            _members.Add(new JsonMember(name, value));
        else
            _items.Add(value);
    }

    /// <summary>.NET throws an exception for such text; Go replaces what it cannot decode.</summary>
    private static string TextOf(ref Utf8JsonReader reader)
    {
        ReadOnlySpan<byte> rest = reader.ValueSpan;
        var text = new StringBuilder(rest.Length);
        while (rest.Length > 0)
        {
            if (rest[0] == '\\')
            {
                rest = rest[AppendEscaped(text, rest)..];
                continue;
            }
            bool isValid = Rune.DecodeFromUtf8(rest, out Rune rune, out int taken) == OperationStatus.Done;
            text.Append(isValid ? rune.ToString() : Replacement);
            rest = rest[(isValid ? taken : 1)..];
        }
        return text.ToString();
    }

    /// <returns>The length of the escape in bytes.</returns>
    private static int AppendEscaped(StringBuilder text, ReadOnlySpan<byte> rest)
    {
        const int Short = 2,
            Long = 6;
        if (rest[1] != 'u')
        {
            text.Append(
                (char)rest[1] switch
                {
                    'b' => '\b',
                    'f' => '\f',
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    var other => other,
                }
            );
            return Short;
        }
        char first = Unit(rest);
        if (!char.IsSurrogate(first))
        {
            text.Append(first);
            return Long;
        }
        bool isPair =
            rest.Length >= 2 * Long
            && rest[Long..].StartsWith("\\u"u8)
            && char.IsSurrogatePair(first, Unit(rest[Long..]));
        if (!isPair)
        {
            text.Append(Replacement);
            return Long;
        }
        text.Append(first).Append(Unit(rest[Long..]));
        return 2 * Long;
    }

    private static char Unit(ReadOnlySpan<byte> escape) =>
        (char)ushort.Parse(escape[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>Finds the line numbers of increasing positions in one text.</summary>
    private ref struct LineCounter(ReadOnlySpan<byte> text)
    {
        private readonly ReadOnlySpan<byte> _text = text;
        private int _counted;
        private int _line = 1;

        public int LineAt(int index)
        {
            _line += _text[_counted..index].Count((byte)'\n');
            _counted = index;
            return _line;
        }
    }
}
