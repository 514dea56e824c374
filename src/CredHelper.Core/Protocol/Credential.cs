using System.Text.Json;
using CredHelper.CachedGet;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Protocol;

/// <summary>A user name and secret for one server, as <c>get</c> prints and <c>store</c> reads it.</summary>
internal sealed record Credential(string ServerUrl, string Username, string Secret)
{
    /// <summary>The most bytes of a <c>store</c> request.</summary>
    public const int MaxRequestLength = 1024 * 1024;

    /// <summary>Returns the one line of a successful <c>get</c>, newline included.</summary>
    public ReadOnlyMemory<byte> ToJsonLine() =>
        NativeScratch.Use(
            (ref Scratch scratch) =>
                AnswerLine
                    .Add(ref scratch, scratch.AddText(ServerUrl), scratch.AddText(Username), scratch.AddText(Secret))
                    .Span.ToArray()
        );

    /// <summary>
    /// Reads the request of <c>store</c>: one JSON object with case-insensitive keys. Unknown fields and anything after
    /// the object are ignored, as Go's decoder does.
    /// </summary>
    /// <exception cref="HelperException">
    /// The request is too long, is not a JSON object, or has no server URL or user name.
    /// </exception>
    public static Credential ParseStoreRequest(ReadOnlySpan<byte> input)
    {
        if (input.Length > MaxRequestLength)
            throw new HelperException(FailureKind.Usage, "the credentials on standard input are longer than 1 MiB");
        (string? serverUrl, string? username, string? secret) = ReadFields(input);
        serverUrl = serverUrl?.Trim();
        if (string.IsNullOrEmpty(serverUrl))
            throw new HelperException(FailureKind.Usage, ProtocolText.MissingServerUrl);
        if (string.IsNullOrEmpty(username))
            throw new HelperException(FailureKind.Usage, ProtocolText.MissingUsername);
        return new Credential(serverUrl, username, secret ?? "");
    }

    /// <summary>Reads the response of another helper's <c>get</c> for a server.</summary>
    /// <exception cref="HelperException">It is not a JSON object.</exception>
    public static Credential ParseAnswer(ReadOnlySpan<byte> output, string serverUrl)
    {
        (_, string? username, string? secret) = ReadFields(output);
        return new Credential(serverUrl, username ?? "", secret ?? "");
    }

    private static (string? ServerUrl, string? Username, string? Secret) ReadFields(ReadOnlySpan<byte> input)
    {
        string? serverUrl = null,
            username = null,
            secret = null;
        try
        {
            var reader = new Utf8JsonReader(input);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw NoJson(null);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                reader.Read();
                if (name.Equals("ServerURL", StringComparison.OrdinalIgnoreCase))
                    serverUrl = reader.GetString();
                else if (name.Equals("Username", StringComparison.OrdinalIgnoreCase))
                    username = reader.GetString();
                else if (name.Equals("Secret", StringComparison.OrdinalIgnoreCase))
                    secret = reader.GetString();
                else
                    reader.Skip();
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The parser's own message may quote the input, which contains a secret.
            throw NoJson(exception);
        }
        return (serverUrl, username, secret);
    }

    private static HelperException NoJson(Exception? inner) =>
        new(
            FailureKind.Usage,
            "the credentials on standard input are not a JSON object with ServerURL, Username and Secret",
            null,
            inner
        );

    public override string ToString() => $"{Username}@{ServerUrl}";
}
