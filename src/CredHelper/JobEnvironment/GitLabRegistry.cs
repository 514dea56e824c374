using CredHelper.Platform;
using CredHelper.Protocol;

namespace CredHelper.JobEnvironment;

/// <summary>
/// GitLab's own registry: <c>CI_REGISTRY</c> with <c>CI_REGISTRY_USER</c> and <c>CI_REGISTRY_PASSWORD</c>, else the job
/// token.
/// </summary>
internal static class GitLabRegistry
{
    public const string JobTokenUser = "gitlab-ci-token",
        JobTokenVariable = "CI_JOB_TOKEN",
        HostVariable = "CI_REGISTRY",
        UserVariable = "CI_REGISTRY_USER",
        PasswordVariable = "CI_REGISTRY_PASSWORD";

    /// <summary>Returns none outside a job.</summary>
    public static IEnumerable<EnvironmentEntry> Entries(EnvironmentSnapshot environment)
    {
        if (environment[HostVariable] is not { } value || !HasSecret(environment))
            yield break;
        EnvironmentProblem? problem = LoginVariables.WhyNotHost(HostVariable, value, out RegistryHost? host);
        yield return problem is null ? Read(environment, host!) : new EnvironmentEntry(null, problem);
    }

    private static bool HasSecret(EnvironmentSnapshot environment) =>
        environment[UserVariable] is not null
        || environment[PasswordVariable] is not null
        || environment[JobTokenVariable] is not null;

    private static EnvironmentEntry Read(EnvironmentSnapshot environment, RegistryHost host)
    {
        var variables = new LoginVariables(environment);
        // GitLab accepts a job token only with its own user name.
        bool isJobUser = environment[UserVariable] is null or JobTokenUser;
        bool hasPassword = environment[PasswordVariable] is not null;
        string secret = hasPassword || !isJobUser ? PasswordVariable : JobTokenVariable;
        return environment[UserVariable] is null
            ? variables.ReadSecret(host, HostVariable, JobTokenUser, secret)
            : variables.Read(host, HostVariable, UserVariable, secret);
    }
}
