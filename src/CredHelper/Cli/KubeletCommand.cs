using CredHelper.Cache;
using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Kubelet;
using CredHelper.Platform;
using CredHelper.Registry;
using CredHelper.Tokens;

namespace CredHelper.Cli;

/// <summary>
/// <c>kubelet</c>, also run under the name <c>ecr-credential-provider</c>: an image credential provider for the
/// kubelet. Arguments are ignored; standard output gets one response or nothing.
/// </summary>
internal static class KubeletCommand
{
    public const string Name = "kubelet";
    private const string ProviderName = "ecr-credential-provider";
    private const int LongestRequest = 1024 * 1024;

    /// <summary>Whether the program was started under the name of AWS's provider.</summary>
    public static bool IsCalledSo =>
        Path.GetFileName(Environment.GetCommandLineArgs()[0]) is ProviderName or ProviderName + ".exe";

    public const string Help = $$"""
        Read a CredentialProviderRequest from standard input and print a CredentialProviderResponse

        Example:
          {{HelperName.Program}} {{Name}} <<'REQUEST'
          {
            "kind": "CredentialProviderRequest",
            "apiVersion": "credentialprovider.kubelet.k8s.io/v1",
            "image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app"
          }
          REQUEST
        """;

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
        CachedToken? token = context.Configuration.RegistryFor(host) is { } registry
            ? TokenFor(registry, request, context)
            : null;
        return CredentialProviderResponse.Format(
            request.ApiVersion,
            host,
            token is null ? null : (token.Username, token.Secret),
            token is null ? TimeSpan.Zero : CredentialProviderResponse.CacheDuration(token, context.Now)
        );
    }

    private static CachedToken? TokenFor(EcrRegistry registry, CredentialProviderRequest request, HelperContext context)
    {
        if (ServiceAccount.RoleOf(request, context.Caller) is not { } role)
            return new TokenService(context).GetUnlessAnonymous(registry);
        (HelperContext own, IdentityChoice choice) = ServiceAccount.Of(context, request.ServiceAccountToken!, role);
        return new TokenService(own).GetUnlessAnonymous(registry, choice);
    }
}
