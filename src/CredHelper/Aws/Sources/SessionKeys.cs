using System.Globalization;
using System.Text.Json;
using Amazon.Runtime;

namespace CredHelper.Aws.Sources;

/// <summary>
/// Keys as a credential process, a container agent or IMDS returns them: a JSON object with AccessKeyId,
/// SecretAccessKey, a session token and Expiration.
/// </summary>
internal sealed record SessionKeys(string Id, string Secret, string? Token, DateTimeOffset? Expiration)
{
    public AWSCredentials Credentials =>
        Token is null ? new BasicAWSCredentials(Id, Secret) : new SessionAWSCredentials(Id, Secret, Token);

    /// <summary>Returns null if one of the two keys is missing.</summary>
    /// <param name="json">An object; anything else contains no keys.</param>
    /// <param name="tokenName">The name of the session token: Token or SessionToken.</param>
    public static SessionKeys? TryRead(JsonElement json, string tokenName)
    {
        if (Text(json, "AccessKeyId") is not { } id || Text(json, "SecretAccessKey") is not { } secret)
            return null;
        return new SessionKeys(id, secret, Text(json, tokenName), TimeOf(Text(json, "Expiration")));
    }

    /// <summary>Returns a member that is a non-empty string.</summary>
    public static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty(name, out JsonElement member)
        && member.ValueKind == JsonValueKind.String
        && member.GetString() is { Length: > 0 } text
            ? text
            : null;

    /// <summary>Parses an ISO 8601 time, in UTC unless it has an offset; null if it is not a time.</summary>
    public static DateTimeOffset? TimeOf(string? text)
    {
        if (text is null)
            return null;
        // The AWS CLI of 2020 wrote 2020-06-17T10:02:08UTC into its SSO cache.
        if (text.EndsWith("UTC", StringComparison.Ordinal))
            text = text[..^3] + "Z";
        return DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out DateTimeOffset time
        )
            ? time
            : null;
    }

    // Everything but the id is secret.
    public override string ToString() => $"access key {Id}";
}
