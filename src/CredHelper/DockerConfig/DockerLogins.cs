using CredHelper.Platform;
using CredHelper.Protocol;

namespace CredHelper.DockerConfig;

/// <summary>
/// The logins that lie in docker's own config.json. A <c>credsStore</c> hides them from docker; as that store we show
/// them again, so that nobody loses a login by setting us up. Only read here; a file that cannot be read has none.
/// </summary>
internal static class DockerLogins
{
    private const int LongestFile = 8 * 1024 * 1024;

    /// <summary>Every entry of <c>auths</c> that holds credentials.</summary>
    public static IReadOnlyList<Credential> Of(EnvironmentSnapshot environment) =>
        environment.DockerConfigDirectory is { } directory
        && RegularFile.Read(Path.Combine(directory, "config.json"), LongestFile, out byte[] content) == FileRead.Ok
            ? In(content)
            : [];

    /// <summary>The same of a file's bytes. What docker would refuse elsewhere in it does not hide a login.</summary>
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
