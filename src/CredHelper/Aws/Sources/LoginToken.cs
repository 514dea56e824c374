using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace CredHelper.Aws.Sources;

/// <summary>
/// The AWS CLI's file of an `aws login`: the session keys in <c>accessToken</c>, and the data to renew them. Names as
/// in LoginTokenFileCache of AWSSDK.Core, which reads and writes the same files.
/// </summary>
internal sealed record LoginToken : SignIn
{
    private LoginToken(JsonObject content, SessionKeys keys, DateTimeOffset expiresAt, bool canRefresh)
        : base(content, expiresAt, canRefresh) => Keys = keys;

    public SessionKeys Keys { get; }

    /// <summary>The private key in PEM that the sign-in is bound to. Secret.</summary>
    public string? ProofKey => Text(Content, "dpopKey");

    /// <summary>
    /// The region of the sign-in, the only one that can renew it. Files of older versions of the AWS CLI do not contain
    /// it.
    /// </summary>
    public string? Region =>
        Text(Content, "signInRegion") is { } region
        && region.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? region
            : null;

    /// <summary>Returns the name of a session's file in the cache directory.</summary>
    public static string NameOf(string loginSession) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(loginSession.Trim()))) + ".json";

    public static LoginToken? Parse(JsonObject content)
    {
        if (content["accessToken"] is not JsonObject access)
            return null;
        if (
            Text(access, "accessKeyId") is not { } id
            || Text(access, "secretAccessKey") is not { } secret
            || Text(access, "sessionToken") is not { } token
            || SessionKeys.TimeOf(Text(access, "expiresAt")) is not { } expiresAt
        )
        {
            return null;
        }

        bool canRefresh =
            Text(content, "refreshToken") is not null
            && Text(content, "clientId") is not null
            && Text(content, "dpopKey") is not null;
        return new LoginToken(content, new SessionKeys(id, secret, token, expiresAt), expiresAt, canRefresh);
    }

    /// <summary>Returns the body of the request that renews it.</summary>
    public string RefreshRequest() =>
        new JsonObject
        {
            ["clientId"] = Text(Content, "clientId"),
            ["grantType"] = "refresh_token",
            ["refreshToken"] = Text(Content, "refreshToken"),
        }.ToJsonString();

    /// <summary>Returns the file with the response of the sign-in service; null if that has no token.</summary>
    public LoginToken? Renew(JsonObject answer, DateTimeOffset now)
    {
        if (
            answer["accessToken"] is not JsonObject access
            || answer["expiresIn"] is not JsonValue life
            || !life.TryGetValue(out long seconds)
        )
        {
            return null;
        }

        var content = (JsonObject)Content.DeepClone();
        var keys = (JsonObject)content["accessToken"]!;
        foreach (string name in new[] { "accessKeyId", "secretAccessKey", "sessionToken" })
            keys[name] = Text(access, name);
        keys["expiresAt"] = Format(now.AddSeconds(seconds));
        if (Text(answer, "refreshToken") is { } refreshToken)
            content["refreshToken"] = refreshToken;
        if (Text(answer, "idToken") is { } idToken)
            content["idToken"] = idToken;
        return Parse(content);
    }
}
