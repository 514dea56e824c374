using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Editing;
using CredHelper.Podman;

namespace CredHelper.Setup;

/// <summary>
/// What a diff shows of a configuration file: its structure, its names, and those values that setup itself writes if
/// they look like such values. Every other value is shown as <c>***</c>, whatever its key. So are comments (they often
/// hold old settings), names that do not look like names, and the whole of a file that is not valid.
/// </summary>
internal static class Masking
{
    public static MaskedText DockerConfig(string text) => JsonMask.Of(text, OfDockerConfig);

    public static MaskedText RegistryConfiguration(string text) =>
        IniMask.Of(
            text,
            (path, value) =>
                path[1]
                    is "profile"
                        or "role_arn"
                        or "region"
                        or "fallback"
                        or "store_ecr_logins"
                        or RegistryRouteKeys.Helper
                    ? MaskedText.Plain(value)
                    : null
        );

    public static MaskedText AwsConfig(string text) =>
        IniMask.Of(text, (path, value) => path[1] == "region" ? MaskedText.Plain(value) : null);

    public static MaskedText PodmanHelpers(string text) =>
        TomlMask.Of(text, (path, value) => path is [RegistriesConf.Key] ? MaskedText.Plain(value) : null);

    public static MaskedText CredentialProviders(string text) =>
        YamlMask.Of(
            text,
            (path, value) =>
                path switch
                {
                    ["apiVersion" or "kind"] => MaskedText.Plain(value),
                    ["providers", "name" or "apiVersion" or "matchImages" or "defaultCacheDuration"] =>
                        MaskedText.Plain(value),
                    ["providers", "tokenAttributes", _] => MaskedText.Plain(value),
                    ["providers", "args"] when value == KubeletSettings.Argument => MaskedText.Plain(value),
                    _ => null,
                }
        );

    public static MaskedText RunnerConfig(string text) =>
        TomlMask.Of(
            text,
            (path, value) =>
                path switch
                {
                    ["runners", "environment"] => Variable(value),
                    ["runners", "docker", "volumes"]
                        when value.EndsWith($"/{HelperName.Program}:ro", StringComparison.Ordinal) => MaskedText.Plain(
                        value
                    ),
                    _ => null,
                }
        );

    private static MaskedText? OfDockerConfig(IReadOnlyList<string> path, string value) =>
        path is ["credHelpers", _] or ["credsStore"] ? MaskedText.Plain(value) : null;

    /// <summary>
    /// Shows the name of a variable, and those parts of DOCKER_AUTH_CONFIG that may be shown of a docker configuration.
    /// </summary>
    private static MaskedText? Variable(string text)
    {
        int equals = text.IndexOf('=');
        if (equals < 0 || !MaskedText.IsName(text.AsSpan(0, equals)))
            return null;
        var shown = new MaskedText(text);
        shown.Show(0, equals + 1);
        if (text.AsSpan(0, equals).SequenceEqual(GitLabRunner.RunnerConfig.DockerAuthConfig))
            shown.ShowPart(DockerConfig(text[(equals + 1)..]), equals + 1);
        return shown;
    }
}
