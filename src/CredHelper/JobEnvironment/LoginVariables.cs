using CredHelper.Platform;
using CredHelper.Protocol;

namespace CredHelper.JobEnvironment;

/// <summary>
/// Reads the variables with the credentials of one registry: the host, the user name and the secret. An empty variable
/// counts as unset, because GitLab leaves protected variables empty on unprotected branches.
/// </summary>
internal sealed class LoginVariables(EnvironmentSnapshot environment)
{
    /// <summary>The text that GitLab's job log shows in place of a masked variable.</summary>
    private const string Mask = "[MASKED]";

    /// <summary>
    /// Reads credentials for a registry that a variable names. Null if the variable is unset, or if there is neither a
    /// user name nor a secret.
    /// </summary>
    /// <param name="hostVariable">The variable with the registry's host.</param>
    /// <param name="userVariable">The variable with the user name.</param>
    /// <param name="secretVariables">The variables that may hold the secret; the first one that is set counts.</param>
    public EnvironmentEntry? Read(string hostVariable, string userVariable, params string[] secretVariables)
    {
        if (environment[hostVariable] is not { } value || !IsAnySet([userVariable, .. secretVariables]))
            return null;
        return WhyNotHost(hostVariable, value, out RegistryHost? host) is { } problem
            ? new EnvironmentEntry(null, problem)
            : Read(host!, hostVariable, userVariable, secretVariables);
    }

    /// <summary>
    /// Reads credentials for a known registry, or the problem if the user name or the secret cannot be used.
    /// </summary>
    public EnvironmentEntry Read(
        RegistryHost host,
        string hostVariable,
        string userVariable,
        params string[] secretVariables
    )
    {
        string secretVariable =
            Array.Find(secretVariables, name => environment[name] is not null) ?? secretVariables[0];
        if (WhyNotUser(userVariable) is { } wrongUser)
            return Problem(host, wrongUser.Problem, wrongUser.Hint);
        if (WhyNotSecret(secretVariable, userVariable) is { } wrongSecret)
            return Problem(host, wrongSecret.Problem, wrongSecret.Hint);
        return Login(host, hostVariable, userVariable, secretVariable, Value(userVariable)!);
    }

    /// <summary>Reads the secret for a user name that does not come from a variable.</summary>
    public EnvironmentEntry ReadSecret(
        RegistryHost host,
        string hostVariable,
        string username,
        string secretVariable
    ) =>
        WhyNotSecret(secretVariable, hostVariable) is { } wrong
            ? Problem(host, wrong.Problem, wrong.Hint)
            : Login(host, hostVariable, null, secretVariable, username);

    /// <summary>Returns null if the value is a registry's host. A scheme and a path are removed from it.</summary>
    public static EnvironmentProblem? WhyNotHost(string variable, string value, out RegistryHost? host)
    {
        if (RegistryHost.TryParse(value.Trim(), out host))
            return null;
        string why = ServerUrl.IsPlainHttp(value.Trim()) ? "is a plain http URL" : "is not the host of a registry";
        return new EnvironmentProblem(
            null,
            $"{variable} {why}",
            $"set {variable} to a host such as registry.example.com"
        );
    }

    private bool IsAnySet(IEnumerable<string> names) => names.Any(name => environment[name] is not null);

    private EnvironmentEntry Login(
        RegistryHost host,
        string hostVariable,
        string? userVariable,
        string secretVariable,
        string username
    ) =>
        new(
            new EnvironmentLogin(host, hostVariable, userVariable, secretVariable, username, Value(secretVariable)!),
            null
        );

    private static EnvironmentEntry Problem(RegistryHost host, string problem, string hint) =>
        new(null, new EnvironmentProblem(host, problem, hint));

    private (string Problem, string Hint)? WhyNotUser(string variable) =>
        Value(variable) switch
        {
            null => ($"{variable} is not set", $"set {variable} to the user name of the registry"),
            "" or Mask => NotAValue(variable),
            var user when user.Any(c => char.IsControl(c) || c == ':') => (
                $"{variable} contains a character that is not valid in a user name",
                $"set {variable} to the user name of the registry"
            ),
            _ => null,
        };

    private (string Problem, string Hint)? WhyNotSecret(string variable, string besideVariable) =>
        Value(variable) switch
        {
            null => (
                $"{besideVariable} is set but {variable} is empty or not set",
                $"set {variable}; a protected variable is empty on branches and tags that are not protected"
            ),
            "" or Mask => NotAValue(variable),
            var secret when secret.Any(char.IsControl) => (
                $"{variable} contains a control character, such as a line break",
                $"set {variable} to the password only, on one line"
            ),
            _ => null,
        };

    private static (string Problem, string Hint) NotAValue(string variable) =>
        (
            $"{variable} contains only white space or {Mask}, which the job log shows for a masked variable",
            $"set {variable} to the value itself"
        );

    /// <summary>Removes the trailing line break of a value from a file, as docker login does.</summary>
    private string? Value(string variable) => environment[variable]?.TrimEnd('\r', '\n');
}
