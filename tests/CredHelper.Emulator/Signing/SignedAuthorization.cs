using Microsoft.AspNetCore.Http;

namespace CredHelper.Emulator.Signing;

/// <summary>The parts of an <c>Authorization: AWS4-HMAC-SHA256 …</c> header.</summary>
internal sealed record SignedAuthorization(
    string AccessKeyId,
    string Date,
    string Region,
    string Service,
    string Terminator,
    string[] SignedHeaders,
    string Signature
)
{
    public const string Algorithm = "AWS4-HMAC-SHA256";

    public string Scope => $"{Date}/{Region}/{Service}/{Terminator}";

    /// <summary>Parses the header; null if it is missing or has another form.</summary>
    public static SignedAuthorization? TryParse(HttpRequest request)
    {
        string header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(Algorithm + " ", StringComparison.Ordinal))
            return null;
        Dictionary<string, string> fields = new(StringComparer.Ordinal);
        foreach (string field in header[(Algorithm.Length + 1)..].Split(',', StringSplitOptions.TrimEntries))
        {
            int equals = field.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || !fields.TryAdd(field[..equals], field[(equals + 1)..]))
                return null;
        }

        return
            fields.GetValueOrDefault("Credential")?.Split('/')
                is [var id, var date, var region, var service, var terminator]
            && fields.TryGetValue("SignedHeaders", out string? headers)
            && fields.TryGetValue("Signature", out string? signature)
            ? new SignedAuthorization(id, date, region, service, terminator, headers.Split(';'), signature)
            : null;
    }
}
