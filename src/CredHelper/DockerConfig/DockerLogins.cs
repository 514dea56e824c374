using CredHelper.Platform;
using CredHelper.Protocol;

namespace CredHelper.DockerConfig;

/// <summary>
/// The credentials that docker's own config.json stores. Docker ignores them once it has a <c>credsStore</c>, so as
/// that store this program returns them, and setup loses no login. Files are only read; one that cannot be read counts
/// as empty.
/// </summary>
internal static class DockerLogins
{
    private const int LongestFile = 8 * 1024 * 1024;

    /// <summary>Every entry of <c>auths</c> that contains credentials.</summary>
    public static IReadOnlyList<Credential> Of(EnvironmentSnapshot environment) =>
        environment.DockerConfigDirectory is { } directory
        && RegularFile.Read(Path.Combine(directory, "config.json"), LongestFile, out byte[] content) == FileRead.Ok
            ? In(content)
            : [];

    /// <summary>The same from the bytes of a file. Other errors in it do not hide a login.</summary>
    public static IReadOnlyList<Credential> In(ReadOnlySpan<byte> content) =>
        [
            .. DockerConfigFile
                .Parse(content)
                .Auths.Select(entry => entry.Decoded(out _))
                .Select(entry => entry.Login)
                .OfType<Credential>(),
        ];

    public static Credential? Find(EnvironmentSnapshot environment, string serverUrl)
    {
        IReadOnlyList<Credential> logins = Of(environment);
        return ServerUrl
            .CanonicalForms(serverUrl)
            .Select(form => logins.FirstOrDefault(login => ServerUrl.Canonical(login.ServerUrl) == form))
            .OfType<Credential>()
            .FirstOrDefault();
    }
}
