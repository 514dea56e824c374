using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CredHelper.Emulator.Aws;
using Microsoft.AspNetCore.Http;

namespace CredHelper.Emulator.Signing;

/// <summary>
/// Verifies AWS Signature Version 4 according to the IAM User Guide and without an AWS library, so that the program's
/// signer is compared with an independent implementation. Errors have the messages of AWS.
/// </summary>
internal sealed class SignatureVerifier(KeyRing keys, EmulatedClock clock)
{
    private const string Terminator = "aws4_request";
    private const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    /// <summary>The key that signed the request, or a <see cref="SignatureRefusal"/>.</summary>
    /// <param name="now">The server's time, which a fault may have moved from the emulated clock.</param>
    public AccessKey Verify(
        HttpRequest request,
        ReadOnlySpan<byte> body,
        string service,
        string? onlyRegion,
        DateTimeOffset now
    )
    {
        SignedAuthorization authorization = Parse(request);
        string timestamp = request.Headers["X-Amz-Date"].ToString();
        AccessKey key = FindKey(authorization, request.Headers["X-Amz-Security-Token"].ToString());
        CheckSignedHeaders(request, authorization);
        CheckScope(authorization, timestamp, service, onlyRegion);
        CheckTime(timestamp, now);

        string canonical = CanonicalRequest.Of(request, authorization.SignedHeaders, body);
        string toSign = string.Join(
            '\n',
            SignedAuthorization.Algorithm,
            timestamp,
            authorization.Scope,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))
        );
        string expected = Convert.ToHexStringLower(Hmac(SigningKey(key.Secret, authorization), toSign));
        return CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(expected),
            Encoding.UTF8.GetBytes(authorization.Signature)
        )
            ? key
            : throw Mismatch(
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
                    + "Access Key and signing method. Consult the service documentation for details."
            );
    }

    private static SignedAuthorization Parse(HttpRequest request)
    {
        if (request.Headers.Authorization.Count == 0)
            throw new SignatureRefusal(RefusalReason.MissingAuthentication, "Missing Authentication Token");
        SignedAuthorization authorization =
            SignedAuthorization.TryParse(request)
            ?? throw new SignatureRefusal(
                RefusalReason.Incomplete,
                "Authorization header requires 'Credential', 'Signature' and 'SignedHeaders' parameters."
            );
        return request.Headers.ContainsKey("X-Amz-Date")
            ? authorization
            : throw new SignatureRefusal(
                RefusalReason.Incomplete,
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
            );
    }

    private AccessKey FindKey(SignedAuthorization authorization, string sessionToken)
    {
        AccessKey? key = keys.Find(authorization.AccessKeyId);
        if (key is null || (key.SessionToken ?? "") != sessionToken)
        {
            throw new SignatureRefusal(
                RefusalReason.UnknownKey,
                "The security token included in the request is invalid."
            );
        }

        return key.ExpiresAt <= clock.Now
            ? throw new SignatureRefusal(
                RefusalReason.ExpiredSession,
                "The security token included in the request is expired"
            )
            : key;
    }

    private static void CheckSignedHeaders(HttpRequest request, SignedAuthorization authorization)
    {
        string[] signed = authorization.SignedHeaders;
        if (!signed.Contains("host"))
            throw Mismatch("'Host' must be a 'SignedHeader' in the AWS Authorization.");
        if (
            !signed.SequenceEqual(signed.Order(StringComparer.Ordinal))
            || signed.Any(name => name.Any(char.IsAsciiLetterUpper))
        )
        {
            throw Mismatch("'SignedHeaders' must be lower case and sorted.");
        }

        string? unsigned = request
            .Headers.Keys.Select(name => name.ToLowerInvariant())
            .FirstOrDefault(name => name.StartsWith("x-amz-", StringComparison.Ordinal) && !signed.Contains(name));
        if (unsigned is not null)
            throw Mismatch($"'{unsigned}' must be a 'SignedHeader' in the AWS Authorization.");
    }

    private static void CheckScope(
        SignedAuthorization authorization,
        string timestamp,
        string service,
        string? onlyRegion
    )
    {
        if (authorization.Terminator != Terminator)
        {
            throw Mismatch(
                $"Credential should be scoped with a valid terminator: '{Terminator}', not '"
                    + $"{authorization.Terminator}'."
            );
        }

        if (authorization.Service != service)
            throw Mismatch($"Credential should be scoped to correct service: '{service}'.");
        if (!Partition.IsRegion(authorization.Region))
            throw Mismatch("Credential should be scoped to a valid region.");
        if (onlyRegion is not null && authorization.Region != onlyRegion)
            throw Mismatch($"Credential should be scoped to a valid region, not '{authorization.Region}'.");
        if (!timestamp.StartsWith(authorization.Date + "T", StringComparison.Ordinal))
        {
            throw Mismatch(
                $"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
                    + $"'{authorization.Date}' != '{timestamp.Split('T')[0]}', from '{timestamp}'."
            );
        }
    }

    private static void CheckTime(string timestamp, DateTimeOffset now)
    {
        if (
            !DateTimeOffset.TryParseExact(
                timestamp,
                TimeFormat,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out DateTimeOffset signed
            )
        )
        {
            throw new SignatureRefusal(
                RefusalReason.Incomplete,
                "Date must be in ISO-8601 'basic format'. Got '"
                    + timestamp
                    + "'. See http://en.wikipedia.org/wiki/ISO_8601"
            );
        }

        if (signed < now - Window)
        {
            throw Mismatch(
                $"Signature expired: {timestamp} is now earlier than {Format(now - Window)} ({Format(now)} - 15 min.)"
            );
        }

        if (signed > now + Window)
        {
            throw Mismatch(
                $"Signature not yet current: {timestamp} is still later than {Format(now + Window)} ("
                    + $"{Format(now)} + 15 min.)"
            );
        }
    }

    private static byte[] SigningKey(string secret, SignedAuthorization authorization)
    {
        byte[] date = Hmac(Encoding.UTF8.GetBytes("AWS4" + secret), authorization.Date);
        return Hmac(Hmac(Hmac(date, authorization.Region), authorization.Service), authorization.Terminator);
    }

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static SignatureRefusal Mismatch(string message) => new(RefusalReason.Mismatch, message);
}
