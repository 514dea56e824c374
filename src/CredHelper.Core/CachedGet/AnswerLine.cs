using CredHelper.Platform;

namespace CredHelper.CachedGet;

/// <summary>
/// The one line that a successful <c>get</c> prints. It is written by hand because System.Text.Json builds its Unicode
/// tables when it writes the first character, which takes a tenth of the time of a cached answer.
/// </summary>
internal static unsafe class AnswerLine
{
    /// <summary>Adds the line, newline included. The parts are UTF-8.</summary>
    public static Bytes Add(ref Scratch scratch, Bytes serverUrl, Bytes username, Bytes secret)
    {
        int begin = scratch.Length;
        scratch.Add("{\"ServerURL\":\""u8);
        AddEscaped(ref scratch, serverUrl);
        scratch.Add("\",\"Username\":\""u8);
        AddEscaped(ref scratch, username);
        scratch.Add("\",\"Secret\":\""u8);
        AddEscaped(ref scratch, secret);
        scratch.Add("\"}\n"u8);
        return scratch.Since(begin);
    }

    /// <summary>Adds text as the content of a JSON string (RFC 8259, section 7).</summary>
    private static void AddEscaped(ref Scratch scratch, Bytes text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            byte character = text.Start[i];
            if (character < ' ')
            {
                scratch.Add("\\u00"u8);
                scratch.Add((byte)('0' + (character >> 4)));
                scratch.Add(HexDigit(character & 0xF));
                continue;
            }
            if (character is (byte)'"' or (byte)'\\')
                scratch.Add((byte)'\\');
            scratch.Add(character);
        }
    }

    private static byte HexDigit(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);
}
