using CredHelper.Configuration;
using CredHelper.Logins;
using CredHelper.Platform;
using CredHelper.Protocol;
using CredHelper.Registry;
using CredHelper.Tokens;

namespace CredHelper.Cli;

/// <summary><c>store</c>: called by <c>docker login</c>, which fails if it fails.</summary>
internal static class StoreVerb
{
    public const string Name = "store";

    public static int Run(EnvironmentSnapshot environment)
    {
        // Reads one byte more than the limit, to tell a request that is too long from one of exactly that length.
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
