using CredHelper.Cache;
using CredHelper.Configuration;
using CredHelper.CredentialStore;
using CredHelper.Diagnostics;
using CredHelper.DockerConfig;
using CredHelper.Errors;
using CredHelper.JobEnvironment;
using CredHelper.Platform;
using CredHelper.Protocol;

namespace CredHelper.Logins;

/// <summary>
/// Credentials of registries other than ECR, so that <c>docker login registry.gitlab.com</c> works if this helper is
/// the <c>credsStore</c>: those that a section of the registry configuration chooses, else our own credential store,
/// then the variables of a CI job, then the fallback helper, then docker's own file. In each of them, the job token of
/// another job is ignored.
/// </summary>
internal sealed class LoginService(HelperContext context)
{
    private readonly EnvironmentLogins _environment = EnvironmentLogins.Of(
        context.Caller,
        context.Settings.UsesEnvironmentLogins
    );
    private readonly RoutedLogins _routed = new(context);

    /// <summary>Returns null if no source has credentials for the server.</summary>
    /// <exception cref="HelperException">
    /// Another helper fails, or variables for the server cannot be used and no other source has credentials.
    /// </exception>
    public Credential? Find(string serverUrl)
    {
        if (context.Configuration.RouteFor(serverUrl) is { } route)
            return _routed.Find(route, serverUrl) is { } routed && !_environment.IsOfAnotherJob(routed) ? routed : null;
        context.Log.Write(
            $"{ForeignText.Clean(serverUrl)}: not an ECR registry"
                + $"{(NearRegistry.WhyNot(serverUrl) is { } why ? $", {why}" : "")}; looking for stored "
                + "credentials"
        );
        if (Sources(serverUrl).FirstOrDefault(login => !_environment.IsOfAnotherJob(login)) is { } found)
            return found;
        return _environment.ProblemOf(serverUrl) is { } problem
            ? throw new HelperException(FailureKind.Configuration, problem.Problem, problem.Hint)
            : null;
    }

    /// <summary>Returns the credentials of each source for a server, in order of precedence.</summary>
    private IEnumerable<Credential> Sources(string serverUrl)
    {
        if (StoredCredentials.OpenExisting(context.Environment)?.Find(serverUrl) is { } stored)
            yield return stored;
        if (_environment.Find(serverUrl) is { } login)
        {
            context.Log.Write($"credentials of the environment: {login.Origin}");
            yield return login.For(serverUrl);
        }
        if (OtherHelper.Fallback(context)?.Get(serverUrl) is { } kept)
            yield return kept;
        if (DockerLogins.Find(context.Environment, serverUrl) is { } dockers)
            yield return dockers;
    }

    /// <returns>A warning for the user if the secret is stored unencrypted; null otherwise.</returns>
    /// <exception cref="HelperException">The credentials cannot be stored, so docker login must fail.</exception>
    public string? Store(Credential login)
    {
        if (context.Configuration.RouteFor(login.ServerUrl) is { } route)
        {
            _routed.Store(route, login);
            return null;
        }
        if (IsInEnvironment(login))
        {
            // Older credentials in our own store would take precedence.
            StoredCredentials.OpenExisting(context.Environment)?.Remove(login.ServerUrl);
            return null;
        }
        if (OtherHelper.Fallback(context) is { } fallback)
        {
            fallback.Store(login);
            // Older credentials in our own store would take precedence.
            StoredCredentials.OpenExisting(context.Environment)?.Remove(login.ServerUrl);
            return null;
        }
        if (CacheLocation.IsDisabled(context.Environment))
            return null;
        if (!OperatingSystem.IsLinux())
        {
            string hint = OperatingSystem.IsWindows()
                ? "install docker-credential-wincred, which Docker Desktop includes, in a directory of the PATH"
                : "set AWS_ECR_FALLBACK=osxkeychain";
            throw new HelperException(
                FailureKind.Configuration,
                "credentials of registries other than ECR require the system's keychain",
                hint
            );
        }
        StoredCredentials store = StoredCredentials.OpenOrCreate(context.Environment);
        store.Put(login);
        return $"WARNING! Your credentials are stored unencrypted in '{store.Directory}'. Set AWS_ECR_FALLBACK to the "
            + "name of a credential helper, such as pass, to store them there.";
    }

    /// <exception cref="HelperException">Another helper fails, or the credentials could not be removed.</exception>
    public void Erase(string serverUrl)
    {
        StoredCredentials.OpenExisting(context.Environment)?.Remove(serverUrl);
        if (context.Configuration.RouteFor(serverUrl) is { } route)
        {
            _routed.Erase(route, serverUrl);
            return;
        }
        OtherHelper.Fallback(context)?.Erase(serverUrl);
    }

    /// <summary>Returns server URLs with their user names, in the order of precedence of their sources.</summary>
    public IEnumerable<(string ServerUrl, string Username)> List() =>
        _routed.List().Concat(Unrouted().Where(login => context.Configuration.RouteFor(login.ServerUrl) is null));

    private IEnumerable<(string ServerUrl, string Username)> Unrouted() =>
        OfThisJob(StoredCredentials.OpenExisting(context.Environment)?.All() ?? [])
            .Concat(_environment.All().Select(login => (login.Host.DockerKey, login.Username)))
            .Concat(FallbackLogins())
            .Concat(OfThisJob(DockerLogins.Of(context.Environment)));

    private IEnumerable<(string ServerUrl, string Username)> OfThisJob(IEnumerable<Credential> logins) =>
        logins.Where(login => !_environment.IsOfAnotherJob(login)).Select(login => (login.ServerUrl, login.Username));

    private bool IsInEnvironment(Credential login) =>
        _environment.Find(login.ServerUrl) is { } held
        && held.Username == login.Username
        && held.Secret == login.Secret;

    private IEnumerable<(string ServerUrl, string Username)> FallbackLogins()
    {
        try
        {
            return OtherHelper.Fallback(context)?.List() ?? [];
        }
        catch (HelperException exception)
        {
            // A locked keychain must not hide the registries of other sources.
            FailureLine.Of("list", exception).WriteToError();
            return [];
        }
    }
}
