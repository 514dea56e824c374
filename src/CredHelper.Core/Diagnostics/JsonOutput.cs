using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace CredHelper.Diagnostics;

/// <summary>Formats the JSON that this program prints, stores or sends.</summary>
internal static class JsonOutput
{
    /// <summary>Formats one value as UTF-8, without a trailing newline.</summary>
    public static byte[] Format(Action<Utf8JsonWriter> write, bool isIndented = false) =>
        Write(write, isIndented).WrittenSpan.ToArray();

    /// <summary>Formats one value with a trailing newline, for standard output.</summary>
    public static byte[] FormatLine(Action<Utf8JsonWriter> write, bool isIndented = false)
    {
        ArrayBufferWriter<byte> buffer = Write(write, isIndented);
        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes a member whose value is an array of strings.</summary>
    public static void WriteStrings(this Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (string value in values)
            writer.WriteStringValue(value);
        writer.WriteEndArray();
    }

    /// <summary>Writes a member whose value is a number or null.</summary>
    public static void WriteNumberOrNull(this Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } number)
            writer.WriteNumber(name, number);
        else
            writer.WriteNull(name);
    }

    /// <summary>Writes a member whose value is written by the caller, or null if there is nothing to write.</summary>
    public static void WriteOrNull(this Utf8JsonWriter writer, string name, Action<Utf8JsonWriter>? write)
    {
        writer.WritePropertyName(name);
        if (write is not null)
            write(writer);
        else
            writer.WriteNullValue();
    }

    /// <summary>
    /// Writes the first members of <c>--json</c> output: the version of its schema and the version of this program.
    /// </summary>
    public static void WriteSchema(this Utf8JsonWriter writer)
    {
        writer.WriteNumber("schema", 1);
        writer.WriteString("version", ProgramVersion.Full);
    }

    /// <summary>Formats Unix seconds as an RFC 3339 time in UTC.</summary>
    public static string Time(long seconds)
    {
        const long Latest = 253402300799;
        return DateTimeOffset
            .FromUnixTimeSeconds(Math.Clamp(seconds, 0, Latest))
            .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }

    private static ArrayBufferWriter<byte> Write(Action<Utf8JsonWriter> write, bool isIndented)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = isIndented });
        write(writer);
        writer.Flush();
        return buffer;
    }
}
