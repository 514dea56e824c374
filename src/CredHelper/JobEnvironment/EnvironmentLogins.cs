using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Protocol;
using CredHelper.Registry;

namespace CredHelper.JobEnvironment;

/// <summary>
/// Credentials of registries in the environment of a CI job. Each is only for the registry that its variables name.
/// Every process reads them again; they are never stored, cached or logged.
/// </summary>
internal sealed class EnvironmentLogins
{
    private readonly EnvironmentSnapshot _environment;
    private readonly IReadOnlyList<EnvironmentEntry> _entries;

    private EnvironmentLogins(EnvironmentSnapshot environment, bool isEnabled)
    {
        _environment = environment;
        IsEnabled = isEnabled;
        _entries = isEnabled
            ?
            [
                .. GitLabRegistry
                    .Entries(environment)
                    .Concat(DependencyProxy.Entries(environment))
                    .Concat(NamedRegistries.Entries(environment))
                    .Select(RefuseEcr),
            ]
            : [];
    }

    public bool IsEnabled { get; }

    /// <param name="environment">The environment that the program was started with.</param>
    /// <param name="isEnabled">False if the feature is disabled: there are no credentials then.</param>
    public static EnvironmentLogins Of(EnvironmentSnapshot environment, bool isEnabled) => new(environment, isEnabled);

    /// <summary>
    /// Returns the credentials of a server; null if no variable names it or its variables cannot be used.
    /// </summary>
    public EnvironmentLogin? Find(string serverUrl) => LoginsFor(serverUrl) is [var first, ..] ? first : null;

    /// <summary>Returns all credentials of a server; clients get the first.</summary>
    public IReadOnlyList<EnvironmentLogin> LoginsFor(string serverUrl) =>
        [.. EntriesFor(serverUrl).Select(entry => entry.Login).OfType<EnvironmentLogin>()];

    /// <summary>Returns why variables that name a server provide no credentials for it; null if they do.</summary>
    public EnvironmentProblem? ProblemOf(string serverUrl)
    {
        IReadOnlyList<EnvironmentEntry> entries = EntriesFor(serverUrl);
        return entries.Any(entry => entry.Login is not null)
            ? null
            : entries.Select(entry => entry.Problem).FirstOrDefault();
    }

    /// <summary>Returns the registries that variables name, each once, with the credentials that clients get.</summary>
    public IReadOnlyList<EnvironmentLogin> All() =>
        [.. NamedHosts().Select(host => Find(host.Name)).OfType<EnvironmentLogin>().DistinctBy(login => login.Host)];

    /// <summary>Returns the problems of variables that name a registry or are meant to.</summary>
    public IReadOnlyList<EnvironmentProblem> Problems() =>
        [
            .. _entries
                .Where(entry => entry.Host is null)
                .Select(entry => entry.Problem)
                .Concat(NamedHosts().Select(host => ProblemOf(host.Name)))
                .OfType<EnvironmentProblem>()
                .Distinct(),
        ];

    /// <summary>
    /// Whether stored credentials are the job token of another job, which has ended or still runs. Outside a job this
    /// cannot be determined.
    /// </summary>
    public bool IsOfAnotherJob(Credential stored)
    {
        if (!IsEnabled || stored.Username != GitLabRegistry.JobTokenUser)
            return false;
        string[] tokens =
        [
            .. (
                (string[])
                    [GitLabRegistry.JobTokenVariable, GitLabRegistry.PasswordVariable, DependencyProxy.PasswordVariable]
            )
                .Select(name => _environment[name])
                .OfType<string>(),
        ];
        return tokens.Length > 0 && !tokens.Contains(stored.Secret, StringComparer.Ordinal);
    }

    /// <summary>Rejects credentials for a registry of ECR, which always uses an AWS identity.</summary>
    private static EnvironmentEntry RefuseEcr(EnvironmentEntry entry) =>
        entry.Login is { } login && EcrRegistry.TryParse(login.Host.Name, out _)
            ? new EnvironmentEntry(
                null,
                new EnvironmentProblem(
                    login.Host,
                    $"{login.HostVariable} names a registry of ECR, so {login.SecretVariable} is ignored and the AWS "
                        + "identity is used",
                    $"unset {ShellWord.Quote(login.SecretVariable)}"
                )
            )
            : entry;

    private IEnumerable<RegistryHost> NamedHosts() =>
        _entries
            .Select(entry => entry.Host)
            .OfType<RegistryHost>()
            .Concat(IsEnabled ? HostNamedVariables.LikelyHosts(_environment) : [])
            .Distinct();

    private IReadOnlyList<EnvironmentEntry> EntriesFor(string serverUrl) =>
        IsEnabled
        && RegistryHost.TryParse(serverUrl, out RegistryHost? host)
        && !RegistryHost.IsDockerHubToken(serverUrl)
            ? [.. _entries.Where(entry => entry.Host == host), .. HostNamedVariables.EntriesFor(_environment, host)]
            : [];
}
