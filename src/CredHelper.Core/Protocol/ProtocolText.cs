namespace CredHelper.Protocol;

/// <summary>The strings that clients compare to the letter (docker-credential-helpers, credentials/error.go).</summary>
internal static class ProtocolText
{
    /// <summary>
    /// Docker goes on as anonymous and a GitLab runner drops only this registry; any other text stops both.
    /// </summary>
    public const string NotFound = "credentials not found in native keychain";

    public const string MissingServerUrl = "no credentials server URL";
    public const string MissingUsername = "no credentials username";
}
