using CredHelper.Platform;

namespace CredHelper.JobEnvironment;

/// <summary>
/// GitLab's dependency proxy: the host of <c>CI_DEPENDENCY_PROXY_SERVER</c> and those of the image prefixes, with
/// <c>CI_DEPENDENCY_PROXY_USER</c> and <c>CI_DEPENDENCY_PROXY_PASSWORD</c>.
/// </summary>
internal static class DependencyProxy
{
    public const string HostVariable = "CI_DEPENDENCY_PROXY_SERVER",
        UserVariable = "CI_DEPENDENCY_PROXY_USER",
        PasswordVariable = "CI_DEPENDENCY_PROXY_PASSWORD";

    private static readonly string[] HostVariables =
    [
        HostVariable,
        "CI_DEPENDENCY_PROXY_DIRECT_GROUP_IMAGE_PREFIX",
        "CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIX",
    ];

    public static IEnumerable<EnvironmentEntry> Entries(EnvironmentSnapshot environment)
    {
        var variables = new LoginVariables(environment);
        return HostVariables
            .Select(variable => variables.Read(variable, UserVariable, PasswordVariable))
            .OfType<EnvironmentEntry>();
    }
}
