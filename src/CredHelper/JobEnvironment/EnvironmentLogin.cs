using CredHelper.Protocol;

namespace CredHelper.JobEnvironment;

/// <summary>Credentials of one registry in variables. Its text does not contain the secret.</summary>
/// <param name="Host">The only registry they are for.</param>
/// <param name="HostVariable">The variable that names the registry.</param>
/// <param name="UserVariable">The variable with the user name; null for GitLab's fixed user name.</param>
/// <param name="SecretVariable">The variable with the secret.</param>
internal sealed record EnvironmentLogin(
    RegistryHost Host,
    string HostVariable,
    string? UserVariable,
    string SecretVariable,
    string Username,
    string Secret
)
{
    /// <summary>The names of the variables, for people.</summary>
    public string Origin => string.Join(", ", Variables);

    /// <summary>The names of the variables.</summary>
    public IReadOnlyList<string> Variables =>
        [
            .. ((string?[])[HostVariable, UserVariable, SecretVariable])
                .OfType<string>()
                .Distinct(StringComparer.Ordinal),
        ];

    public Credential For(string serverUrl) => new(serverUrl, Username, Secret);

    public override string ToString() => $"{Host} ({Origin})";
}

/// <summary>Variables that name a registry but provide no credentials for it.</summary>
/// <param name="Host">The registry; null if its variable does not contain one.</param>
/// <param name="Problem">The problem, with the names of variables but without values.</param>
internal sealed record EnvironmentProblem(RegistryHost? Host, string Problem, string Hint);

/// <summary>The result of reading a group of variables: credentials, or why there are none.</summary>
internal sealed record EnvironmentEntry(EnvironmentLogin? Login, EnvironmentProblem? Problem)
{
    public RegistryHost? Host => Login?.Host ?? Problem?.Host;
}
