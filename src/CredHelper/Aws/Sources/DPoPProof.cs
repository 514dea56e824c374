using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CredHelper.Diagnostics;
using CredHelper.Errors;

namespace CredHelper.Aws.Sources;

/// <summary>
/// The proof that the client that refreshes a sign-in holds its private key: a JWT for one request, signed with ES256
/// (RFC 9449, "DPoP Proof JWTs").
/// </summary>
internal static class DPoPProof
{
    /// <param name="keyPem">The P-256 private key, SEC 1 or PKCS 8, in PEM.</param>
    /// <param name="method">The method of the HTTP request.</param>
    /// <param name="url">The URL of the request, without a query.</param>
    /// <param name="now">The time of issue.</param>
    /// <exception cref="HelperException">The text is not a key.</exception>
    public static string Create(string keyPem, string method, string url, DateTimeOffset now)
    {
        using var key = ECDsa.Create();
        ECPoint point;
        try
        {
            key.ImportFromPem(keyPem);
            point = key.ExportParameters(includePrivateParameters: false).Q;
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            throw new HelperException(
                FailureKind.Configuration,
                "the sign-in has no usable key",
                "sign in again: aws login",
                exception
            );
        }
        string header = Encode(writer =>
        {
            writer.WriteString("typ", "dpop+jwt");
            writer.WriteString("alg", "ES256");
            writer.WriteStartObject("jwk");
            writer.WriteString("kty", "EC");
            writer.WriteString("crv", "P-256");
            writer.WriteString("x", Base64Url.EncodeToString(point.X));
            writer.WriteString("y", Base64Url.EncodeToString(point.Y));
            writer.WriteEndObject();
        });
        string payload = Encode(writer =>
        {
            writer.WriteString("jti", Guid.NewGuid());
            writer.WriteString("htm", method);
            writer.WriteString("htu", url);
            writer.WriteNumber("iat", now.ToUnixTimeSeconds());
        });
        byte[] signature = key.SignData(
            Encoding.ASCII.GetBytes($"{header}.{payload}"),
            HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation
        );
        return $"{header}.{payload}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encode(Action<Utf8JsonWriter> members) =>
        Base64Url.EncodeToString(
            JsonOutput.Format(writer =>
            {
                writer.WriteStartObject();
                members(writer);
                writer.WriteEndObject();
            })
        );
}
