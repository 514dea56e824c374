namespace CredHelper.Protocol;

/// <summary>The strings that clients compare exactly (docker-credential-helpers, credentials/error.go).</summary>
internal static class ProtocolText
{
    /// <summary>
    /// On this text, docker continues anonymously and GitLab Runner ignores only this registry. Any other text makes
    /// both fail.
    /// </summary>
    public const string NotFound = "credentials not found in native keychain";

    public const string MissingServerUrl = "no credentials server URL";
    public const string MissingUsername = "no credentials username";
}
