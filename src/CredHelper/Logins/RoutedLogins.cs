using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.JobEnvironment;
using CredHelper.Platform;
using CredHelper.Protocol;

namespace CredHelper.Logins;

/// <summary>Credentials of registries whose source is chosen by a section of the registry configuration.</summary>
internal sealed class RoutedLogins(HelperContext context)
{
    /// <summary>Returns null if the source has no credentials for the server.</summary>
    /// <exception cref="HelperException">The helper fails, or the file or the variables cannot be used.</exception>
    public Credential? Find(RegistryRoute route, string serverUrl)
    {
        context.Log.Write($"{ForeignText.Clean(serverUrl)}: {route}");
        if (route.Helper is not null)
            return OtherHelper.Of(context, route)?.Get(serverUrl);
        // The key of a token of docker's web login is not a registry that the password is for.
        return RegistryHost.IsDockerHubToken(serverUrl) ? null : Own(route, serverUrl);
    }

    /// <exception cref="HelperException">The helper fails, or nothing can be stored for the server.</exception>
    public void Store(RegistryRoute route, Credential login)
    {
        if (OtherHelper.Of(context, route) is { } helper)
        {
            helper.Store(login);
            return;
        }
        Credential? own = route.Helper is null ? Own(route, login.ServerUrl) : null;
        if (own is null || own.Username != login.Username || own.Secret != login.Secret)
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"{route.Origin} chooses the credentials of {ForeignText.Clean(login.ServerUrl)}, so others cannot be "
                    + "stored",
                $"remove {route.Origin}, or set helper in it"
            );
        }
    }

    /// <summary>Credentials in the section itself are not erased, which is not an error.</summary>
    /// <exception cref="HelperException">The helper fails.</exception>
    public void Erase(RegistryRoute route, string serverUrl) => OtherHelper.Of(context, route)?.Erase(serverUrl);

    /// <summary>
    /// Returns the credentials in sections of single hosts, and those that other helpers list for the registries routed
    /// to them. All helpers run at once; a helper that fails adds only an error line.
    /// </summary>
    public IEnumerable<(string ServerUrl, string Username)> List()
    {
        (HostPattern Pattern, RegistryRoute Route)[] routes = [.. context.Configuration.Routes];
        Task<IReadOnlyList<(string ServerUrl, string Username)>>[] lists =
        [
            .. routes
                .Select(entry => entry.Route)
                .DistinctBy(route => route.Helper)
                .Where(route => route.Helper is not null)
                .Select(route => Task.Run(() => ListOf(route))),
        ];
        return routes
            .Where(entry => entry.Pattern.IsLiteral && entry.Route.Helper is null)
            .Select(entry => OwnOf(entry.Pattern, entry.Route))
            .OfType<Credential>()
            .Select(login => (login.ServerUrl, login.Username))
            .Concat(Task.WhenAll(lists).GetAwaiter().GetResult().SelectMany(list => list));
    }

    private IReadOnlyList<(string ServerUrl, string Username)> ListOf(RegistryRoute route)
    {
        try
        {
            IReadOnlyList<(string ServerUrl, string Username)> all =
                OtherHelper.Of(context, route)?.List(context.Settings.ListDeadline) ?? [];
            return [.. all.Where(login => context.Configuration.RouteFor(login.ServerUrl)?.Helper == route.Helper)];
        }
        catch (HelperException exception)
        {
            FailureLine.Of("list", exception).WriteToError();
            return [];
        }
    }

    private Credential? OwnOf(HostPattern pattern, RegistryRoute route)
    {
        if (!RegistryHost.TryParse(pattern.Text, out RegistryHost? host))
            return null;
        try
        {
            return Own(route, host.DockerKey);
        }
        catch (HelperException exception)
        {
            FailureLine.Of("list", exception).WriteToError();
            return null;
        }
    }

    private Credential? Own(RegistryRoute route, string serverUrl)
    {
        if (route is { Username: { } username, PasswordFile: { } file })
        {
            string path =
                context.Caller.ExpandHome(file)
                ?? throw new HelperException(
                    FailureKind.Configuration,
                    $"password_file of {route.Origin} is below the home directory, which is unknown",
                    "set HOME, or write an absolute path"
                );
            return new Credential(serverUrl, username, PasswordFile.Read(path, route.Origin));
        }
        return route is { UsernameVariable: { } user, PasswordVariable: { } password }
            ? OfVariables(route, serverUrl, user, password)
            : null;
    }

    private Credential? OfVariables(RegistryRoute route, string serverUrl, string user, string password)
    {
        if (!RegistryHost.TryParse(serverUrl, out RegistryHost? host))
            return null;
        EnvironmentEntry entry = new LoginVariables(context.Caller).Read(host, user, user, password);
        return entry.Problem is { } problem
            ? throw new HelperException(FailureKind.Configuration, $"{route.Origin}: {problem.Problem}", problem.Hint)
            : entry.Login!.For(serverUrl);
    }
}
