using CredHelper.Configuration;
using CredHelper.Logins;
using CredHelper.Platform;
using CredHelper.Protocol;
using CredHelper.Registry;
using CredHelper.Tokens;

namespace CredHelper.Cli;

/// <summary><c>store</c>: what every <c>docker login</c> ends in. If it fails, the login fails.</summary>
internal static class StoreVerb
{
    public const string Name = "store";

    public static int Run(EnvironmentSnapshot environment)
    {
        // One byte past the limit is read so that too much can be told from just enough.
        Credential login = Credential.ParseStoreRequest(StandardStreams.ReadInput(Credential.MaxRequestLength).Span);
        HelperContext context = HelperContext.Start(environment);
        if (context.Settings.IgnoresCredsStorage)
            return 0;
        if (context.Configuration.RegistryFor(login.ServerUrl) is { } registry)
            new TokenService(context).Store(registry, login);
        else if (new LoginService(context).Store(login) is { } warning)
            Terminal.WriteErrorLine(warning);
        return 0;
    }
}
