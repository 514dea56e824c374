using CredHelper.Protocol;

namespace CredHelper.JobEnvironment;

/// <summary>Credentials of one registry that variables hold. Its text is without the secret.</summary>
/// <param name="Host">The only registry they are for.</param>
/// <param name="HostVariable">The variable that names the registry.</param>
/// <param name="UserVariable">The variable with the user name; null if the user name is GitLab's fixed one.</param>
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
    /// <summary>The variables that decide, for people.</summary>
    public string Origin => string.Join(", ", Variables);

    /// <summary>The same, one by one.</summary>
    public IReadOnlyList<string> Variables =>
        [
            .. ((string?[])[HostVariable, UserVariable, SecretVariable])
                .OfType<string>()
                .Distinct(StringComparer.Ordinal),
        ];

    public Credential For(string serverUrl) => new(serverUrl, Username, Secret);

    public override string ToString() => $"{Host} ({Origin})";
}

/// <summary>Variables that name a registry and give no credentials for it.</summary>
/// <param name="Host">The registry; null if its variable does not name one.</param>
/// <param name="Problem">What is wrong, by the names of variables, never with a value.</param>
internal sealed record EnvironmentProblem(RegistryHost? Host, string Problem, string Hint);

/// <summary>What a group of variables amounts to: a login, or why there is none.</summary>
internal sealed record EnvironmentEntry(EnvironmentLogin? Login, EnvironmentProblem? Problem)
{
    public RegistryHost? Host => Login?.Host ?? Problem?.Host;
}
