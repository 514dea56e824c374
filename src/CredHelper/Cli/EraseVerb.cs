using CredHelper.Configuration;
using CredHelper.Logins;
using CredHelper.Platform;
using CredHelper.Protocol;
using CredHelper.Registry;
using CredHelper.Tokens;

namespace CredHelper.Cli;

/// <summary><c>erase</c>: called by <c>docker logout</c>. Erasing credentials that are not stored succeeds.</summary>
internal static class EraseVerb
{
    public const string Name = "erase";

    public static int Run(EnvironmentSnapshot environment)
    {
        string serverUrl = ServerUrl.Parse(StandardStreams.ReadInput(ServerUrl.MaxLength).Span);
        HelperContext context = HelperContext.Start(environment);
        if (context.Settings.IgnoresCredsStorage)
            return 0;
        if (context.Configuration.RegistryFor(serverUrl) is { } registry)
            new TokenService(context).Erase(registry);
        else
            new LoginService(context).Erase(serverUrl);
        return 0;
    }
}
