using CredHelper.Cache;
using CredHelper.Configuration;
using CredHelper.CredentialStore;
using CredHelper.Diagnostics;
using CredHelper.DockerConfig;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Protocol;

namespace CredHelper.Logins;

/// <summary>
/// Credentials of registries other than ECR, so that <c>docker login registry.gitlab.com</c> works if this helper is
/// the <c>credsStore</c>: our own credential store, then the fallback helper, then the logins in docker's own file.
/// </summary>
internal sealed class LoginService(HelperContext context)
{
    /// <summary>Null if no source has credentials for the server.</summary>
    /// <exception cref="HelperException">The fallback helper fails.</exception>
    public Credential? Find(string serverUrl)
    {
        context.Log.Write(
            $"{ForeignText.Clean(serverUrl)}: no registry of ECR"
                + $"{(NearRegistry.WhyNot(serverUrl) is { } why ? $", {why}" : "")}; looking for a login that "
                + "was kept"
        );
        return StoredCredentials.OpenExisting(context.Environment)?.Find(serverUrl)
            ?? FallbackHelper.Of(context)?.Get(serverUrl)
            ?? DockerLogins.Find(context.Environment, serverUrl);
    }

    /// <returns>A warning for the user if the secret is stored unencrypted; null otherwise.</returns>
    /// <exception cref="HelperException">It cannot be stored; docker login must fail then.</exception>
    public string? Store(Credential login)
    {
        if (FallbackHelper.Of(context) is { } fallback)
        {
            fallback.Store(login);
            // An older login of ours would win over the new one.
            StoredCredentials.OpenExisting(context.Environment)?.Remove(login.ServerUrl);
            return null;
        }
        if (CacheLocation.IsDisabled(context.Environment))
            return null;
        if (!OperatingSystem.IsLinux())
        {
            string keychain = OperatingSystem.IsWindows() ? "wincred" : "osxkeychain";
            throw new HelperException(
                FailureKind.Configuration,
                "logins of registries other than ECR are kept by the system's keychain",
                $"set AWS_ECR_FALLBACK={keychain}"
            );
        }
        StoredCredentials store = StoredCredentials.OpenOrCreate(context.Environment);
        store.Put(login);
        return $"WARNING! Your credentials are stored unencrypted in '{store.Directory}'. Set AWS_ECR_FALLBACK to the "
            + "name of a credential helper, such as pass, to keep them there.";
    }

    /// <exception cref="HelperException">The fallback helper fails, or the credentials are still there.</exception>
    public void Erase(string serverUrl)
    {
        StoredCredentials.OpenExisting(context.Environment)?.Remove(serverUrl);
        FallbackHelper.Of(context)?.Erase(serverUrl);
    }

    /// <summary>Server URLs with their user names, each source behind the one that a get prefers.</summary>
    public IEnumerable<(string ServerUrl, string Username)> List() =>
        (StoredCredentials.OpenExisting(context.Environment)?.All() ?? [])
            .Select(login => (login.ServerUrl, login.Username))
            .Concat(FallbackLogins())
            .Concat(DockerLogins.Of(context.Environment).Select(login => (login.ServerUrl, login.Username)));

    private IEnumerable<(string ServerUrl, string Username)> FallbackLogins()
    {
        try
        {
            return FallbackHelper.Of(context)?.List() ?? [];
        }
        catch (HelperException exception)
        {
            // One keychain that is locked must not hide the registries of another.
            FailureLine.Of("list", exception).WriteToError();
            return [];
        }
    }
}
