using CredHelper.Cache;
using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Logins;
using CredHelper.Platform;
using CredHelper.Protocol;
using CredHelper.Registry;
using CredHelper.Tokens;

namespace CredHelper.Cli;

/// <summary><c>get</c>: credentials for the server URL on standard input.</summary>
internal static class GetVerb
{
    public const string Name = "get";

    public static int Run(EnvironmentSnapshot environment)
    {
        string serverUrl = ServerUrl.Parse(StandardStreams.ReadInput(ServerUrl.MaxLength).Span);
        if (CachedAnswer.Find(serverUrl, environment, DateTimeOffset.UtcNow, out bool namesLog) is not { } answer)
            return Fetch(serverUrl, environment);
        StandardStreams.WriteOutput(answer);
        if (namesLog || new DebugLog(environment, TimeProvider.System).IsOn)
            LogHit(serverUrl, environment);
        return 0;
    }

    /// <summary>Writes the debug log of a hit, reading the settings that the hit itself did not need.</summary>
    private static void LogHit(string serverUrl, EnvironmentSnapshot environment)
    {
        try
        {
            HelperContext context = HelperContext.Start(environment);
            if (context.Configuration.RegistryFor(serverUrl) is { } registry)
                new TokenService(context).LogHit(registry);
        }
        catch (HelperException)
        {
            // The cached token has been printed already; invalid settings must not turn it into a failure.
        }
    }

    private static int Fetch(string serverUrl, EnvironmentSnapshot environment)
    {
        bool isStrict = HelperSettings.IsStrictIn(environment);
        if (IsRequestOfKubelet(serverUrl))
            return Fail("get", RequestOfKubelet, isStrict);
        _ = EcrRegistry.TryParse(serverUrl, out EcrRegistry? registry);
        Credential? answer;
        try
        {
            HelperContext context = HelperContext.Start(environment);
            isStrict = context.Settings.IsStrict;
            registry = context.Configuration.RegistryFor(serverUrl);
            answer = registry is null
                ? new LoginService(context).Find(serverUrl)
                : CredentialOf(new TokenService(context).GetUnlessAnonymous(registry), serverUrl);
        }
        catch (HelperException exception)
        {
            // A server that is not one of our registries must not stop docker, which may have other credentials for it.
            return Fail(registry?.RequestedHost ?? serverUrl, exception, isStrict && registry is not null);
        }
        catch (Exception exception) when (registry is not null)
        {
            // A bug in this program must not cost a runner its other registries, or docker its anonymous pull.
            return Fail(registry.RequestedHost, HelperException.OfFault(exception), isStrict);
        }
        return answer is null ? NotFound() : Answer(answer);
    }

    private static Credential? CredentialOf(CachedToken? token, string serverUrl) =>
        token is null ? null : new Credential(serverUrl, token.Username, token.Secret);

    private static int Answer(Credential credential)
    {
        StandardStreams.WriteOutput(credential.ToJsonLine().Span);
        return 0;
    }

    /// <summary>
    /// Prints the answer after which docker continues as anonymous and a runner drops this registry only.
    /// </summary>
    private static int NotFound()
    {
        Terminal.Write(ProtocolText.NotFound + "\n");
        return 1;
    }

    private static int Fail(string registry, HelperException failure, bool isStrict)
    {
        FailureLine line = FailureLine.Of(registry, failure);
        // Docker before 28.5 pulls as anonymous after any failure of a helper, strict or not, and shows only its
        // standard error.
        line.WriteToError();
        if (!isStrict)
            return NotFound();
        line.WriteToOutput();
        return 1;
    }

    private static HelperException RequestOfKubelet =>
        new(
            FailureKind.Usage,
            "the input is a CredentialProviderRequest of the kubelet",
            $"set args: [{KubeletCommand.Name}] for this provider in the kubelet's CredentialProviderConfig"
        );

    private static bool IsRequestOfKubelet(string input) =>
        input.StartsWith('{') && input.Contains("CredentialProviderRequest", StringComparison.Ordinal);
}
