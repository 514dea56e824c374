using System.Text;
using CredHelper.Cache;
using CredHelper.Configuration;
using CredHelper.CredentialStore;
using CredHelper.Diagnostics;
using CredHelper.DockerConfig;
using CredHelper.Errors;
using CredHelper.Logins;
using CredHelper.Platform;
using CredHelper.Protocol;
using CredHelper.Registry;

namespace CredHelper.Cli;

/// <summary>
/// Registries that are not ECR, so that a <c>docker login registry.gitlab.com</c> works beside us when we are the
/// <c>credsStore</c>: our keychain, then the fallback helper, then the logins that docker's own file already had.
/// </summary>
internal static class StoredCredentialVerbs
{
    public static int Get(string serverUrl, EnvironmentSnapshot environment)
    {
        try
        {
            HelperContext context = HelperContext.Start(environment);
            if (context.Configuration.AliasFor(serverUrl) is { } alias)
                return GetAlias(context, serverUrl, alias.Registry, alias.Section);
            context.Log.Write(
                $"{ForeignText.Clean(serverUrl)}: no registry of ECR"
                    + $"{(NearRegistry.WhyNot(serverUrl) is { } why ? $", {why}" : "")}; looking for a login that "
                    + "was kept"
            );
            Credential? login =
                StoredCredentials.OpenExisting(context.Environment)?.Find(serverUrl)
                ?? FallbackHelper.Of(context)?.Get(serverUrl)
                ?? DockerLogins.Find(context.Environment, serverUrl);
            return login is null ? GetVerb.NotFound() : GetVerb.Answer(login with { ServerUrl = serverUrl });
        }
        catch (HelperException exception)
        {
            FailureLine.Of(serverUrl, exception).WriteToError();
            return GetVerb.NotFound();
        }
    }

    private static int GetAlias(HelperContext context, string serverUrl, EcrRegistry registry, RegistrySection section)
    {
        try
        {
            return GetVerb.Answer(GetVerb.Fetch(context, serverUrl, registry, section));
        }
        catch (HelperException exception)
        {
            return GetVerb.Fail(registry.Alias!, exception, context.Settings.IsStrict);
        }
    }

    /// <exception cref="HelperException">The login could not be kept; docker login must fail then.</exception>
    public static void Store(HelperContext context, Credential login)
    {
        if (FallbackHelper.Of(context) is { } fallback)
        {
            fallback.Store(login);
            // An older login of ours would win over the new one.
            StoredCredentials.OpenExisting(context.Environment)?.Remove(login.ServerUrl);
            return;
        }
        if (CacheLocation.IsDisabled(context.Environment))
            return;
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
        StandardStreams.WriteError(
            Encoding.UTF8.GetBytes(
                $"WARNING! Your credentials are stored unencrypted in '{store.Directory}'. Set "
                    + "AWS_ECR_FALLBACK to the name of a credential helper, such as pass, to keep them there.\n"
            )
        );
    }

    /// <exception cref="HelperException">The fallback helper fails.</exception>
    public static void Erase(HelperContext context, string serverUrl)
    {
        StoredCredentials.OpenExisting(context.Environment)?.Remove(serverUrl);
        FallbackHelper.Of(context)?.Erase(serverUrl);
    }
}
