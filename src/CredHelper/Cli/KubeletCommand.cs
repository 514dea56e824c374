using System.CommandLine;
using CredHelper.Cache;
using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Kubelet;
using CredHelper.Platform;
using CredHelper.Registry;

namespace CredHelper.Cli;

/// <summary>
/// <c>kubelet</c>, and the program under the name <c>ecr-credential-provider</c>: the kubelet's image credential
/// provider.
/// Arguments are ignored; standard output holds one answer or nothing.
/// </summary>
internal static class KubeletCommand
{
    public const string Name = "kubelet";
    private const string ProviderName = "ecr-credential-provider";
    private const int LongestRequest = 1024 * 1024;

    /// <summary>Whether the kubelet started this by the name that AWS's provider has.</summary>
    public static bool IsCalledSo =>
        Path.GetFileName(Environment.GetCommandLineArgs()[0]) is ProviderName or ProviderName + ".exe";

    /// <summary>For help alone; the call itself takes a shorter way.</summary>
    public static Command Create() =>
        new HelpfulCommand(
            Name,
            $$"""
            Answer a CredentialProviderRequest on standard input, as the kubelet's image credential provider.

            Example:
              {{HelperName.Program}} {{Name}} <<'REQUEST'
              {
                "kind": "CredentialProviderRequest",
                "apiVersion": "credentialprovider.kubelet.k8s.io/v1",
                "image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app"
              }
              REQUEST
            """
        );

    public static int Run()
    {
        string about = Name;
        try
        {
            CredentialProviderRequest request = CredentialProviderRequest.Parse(
                StandardStreams.ReadInput(LongestRequest).Span
            );
            about = ForeignText.Clean(request.Image);
            StandardStreams.WriteOutput(Answer(request, EnvironmentSnapshot.Take()).Span);
            return 0;
        }
        catch (HelperException exception)
        {
            FailureLine.Of(about, exception).WriteToError();
            return 1;
        }
    }

    private static ReadOnlyMemory<byte> Answer(CredentialProviderRequest request, EnvironmentSnapshot environment)
    {
        string host = request.Image.Split('/')[0];
        HelperContext context = HelperContext.Start(environment);
        RegistrySection? alias = null;
        if (!EcrRegistry.TryParse(host, out EcrRegistry? registry))
        {
            if (context.Configuration.AliasFor(host) is not { } named)
                return CredentialProviderResponse.Format(request.ApiVersion, host, null, TimeSpan.Zero);
            (alias, registry) = named;
        }
        IdentityChoice choice;
        if (ServiceAccount.RoleOf(request, environment) is { } role)
        {
            (EnvironmentSnapshot own, choice) = ServiceAccount.Of(
                environment,
                request.ServiceAccountToken!,
                role,
                context.Now
            );
            context = HelperContext.Start(own);
        }
        else
        {
            choice = IdentityChoice.Of(registry, alias, context.Configuration, context.Environment);
        }
        try
        {
            CachedToken token = GetVerb.Fetch(context, registry, choice);
            return CredentialProviderResponse.Format(
                request.ApiVersion,
                host,
                (token.Username, token.Secret),
                CredentialProviderResponse.CacheDuration(token, context.Now)
            );
        }
        catch (HelperException exception)
            when (registry.Service == EcrService.Public
                && exception.Kind is FailureKind.NoCredentials or FailureKind.MetadataTimeout
            )
        {
            // Anonymous pulls are right there.
            return CredentialProviderResponse.Format(request.ApiVersion, host, null, TimeSpan.Zero);
        }
    }
}
