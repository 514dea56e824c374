using CredHelper.Cache;
using CredHelper.Configuration;
using CredHelper.Platform;
using CredHelper.Protocol;
using CredHelper.Registry;

namespace CredHelper.Cli;

/// <summary><c>erase</c>: what <c>docker logout</c> ends in. What is not there is erased already.</summary>
internal static class EraseVerb
{
    public static int Run(EnvironmentSnapshot environment)
    {
        string serverUrl = ServerUrl.Parse(StandardStreams.ReadInput(ServerUrl.MaxLength).Span);
        HelperContext context = HelperContext.Start(environment);
        if (context.Settings.IgnoresCredsStorage)
            return 0;
        if (
            !EcrRegistry.TryParse(serverUrl, out EcrRegistry? registry)
            && (registry = context.Configuration.AliasFor(serverUrl)?.Registry) is null
        )
        {
            StoredCredentialVerbs.Erase(context, serverUrl);
            return 0;
        }
        if (TokenCache.OpenExisting(context.Environment) is not { } cache)
            return 0;
        foreach ((string key, CachedToken token) in cache.Entries())
        {
            if (token.Registry != registry.Host)
                continue;
            cache.Remove(key);
            cache.RemoveFailure(key);
        }
        return 0;
    }
}
