using CredHelper.Configuration;
using CredHelper.CredentialStore;
using CredHelper.DockerConfig;
using CredHelper.Errors;
using CredHelper.JobEnvironment;
using CredHelper.Processes;
using CredHelper.Protocol;

namespace CredHelper.Logins;

/// <summary>
/// Which source a <c>get</c> of a registry other than ECR takes its credentials from. It shows no secret and runs no
/// other helper.
/// </summary>
internal sealed class LoginExplanation
{
    private readonly HelperContext _context;
    private readonly string _serverUrl;
    private readonly EnvironmentLogins _environment;
    private readonly Credential? _stored;
    private readonly bool _isStoredByAnotherJob;

    private LoginExplanation(HelperContext context, string serverUrl)
    {
        _context = context;
        _serverUrl = serverUrl;
        _environment = EnvironmentLogins.Of(context.Caller, context.Settings.UsesEnvironmentLogins);
        _stored = StoredCredentials.OpenExisting(context.Environment)?.Find(serverUrl);
        _isStoredByAnotherJob = _stored is not null && _environment.IsOfAnotherJob(_stored);
    }

    /// <summary>Names and values; empty if no source has credentials for the server.</summary>
    public static IReadOnlyList<(string Name, string Value)> Of(HelperContext context, string serverUrl)
    {
        (string Name, string Value)[] facts = context.Configuration.RouteFor(serverUrl) is { } route
            ? [("decided by", route.Origin), ("answer", AnswerOf(context, route))]
            : [.. new LoginExplanation(context, serverUrl).Facts()];
        return facts.Length > 0 ? [("registry", ForeignText.Clean(serverUrl)), .. facts] : [];
    }

    private static string AnswerOf(HelperContext context, RegistryRoute route) =>
        route.Helper is null ? route.Choice : WhereIs(context, route.Choice);

    private static string WhereIs(HelperContext context, string program) =>
        SearchPath.Find(context.Caller, program) is { } path
            ? $"{program} is run ({path})"
            : $"none: {program} is not in PATH";

    private IEnumerable<(string Name, string Value)> Facts()
    {
        if (Answer() is { } answer)
            yield return ("answer", answer);
        if (_isStoredByAnotherJob)
            yield return ("ignored", "stored credentials: the job token of another job");
        foreach (EnvironmentLogin login in _environment.LoginsFor(_serverUrl).Skip(HasStored ? 0 : 1))
            yield return ("ignored", OriginOf(login));
        if (_environment.ProblemOf(_serverUrl) is { } problem)
            yield return ("warning", $"{problem.Problem}; hint: {problem.Hint}");
    }

    private bool HasStored => _stored is not null && !_isStoredByAnotherJob;

    private string? Answer()
    {
        if (HasStored)
            return "credentials stored by docker login";
        if (_environment.Find(_serverUrl) is { } login)
            return OriginOf(login);
        if (OtherHelper.Fallback(_context) is { } fallback)
            return $"{fallback.Program} is run, then docker's config.json is read";
        return DockerLogins.Find(_context.Environment, _serverUrl) is { } found && !_environment.IsOfAnotherJob(found)
            ? "docker's config.json"
            : null;
    }

    private static string OriginOf(EnvironmentLogin login) => $"the environment ({login.Origin})";
}
