using System.Text;
using CredHelper.Errors;

namespace CredHelper.Protocol;

/// <summary>
/// The text that <c>get</c> and <c>erase</c> receive: clients send it with and without a newline, with CRLF, with
/// spaces
/// behind it and split over lines (docs/protocol.md, 1).
/// </summary>
internal static class ServerUrl
{
    /// <summary>Bytes; no URL of a registry comes near.</summary>
    public const int MaxLength = 64 * 1024;

    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    /// <summary>The URL with its lines joined and the space around it gone.</summary>
    /// <exception cref="HelperException">It is blank, too long, or not text.</exception>
    public static string Parse(ReadOnlySpan<byte> input)
    {
        if (input.Length > MaxLength)
            throw new HelperException(
                FailureKind.Usage,
                $"the server URL on standard input is longer than {MaxLength / 1024} KiB"
            );
        string text;
        try
        {
            text = Strict.GetString(input);
        }
        catch (ArgumentException exception)
        {
            throw new HelperException(
                FailureKind.Usage,
                "the server URL on standard input is not UTF-8 text",
                null,
                exception
            );
        }
        text = text.Replace("\r", "", StringComparison.Ordinal)
            .Replace("\n", "", StringComparison.Ordinal)
            .TrimStart('\uFEFF')
            .Trim();
        return text.Length > 0 ? text : throw new HelperException(FailureKind.Usage, ProtocolText.MissingServerUrl);
    }
}
