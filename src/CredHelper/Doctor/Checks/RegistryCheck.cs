using CredHelper.Aws.Ecr;
using CredHelper.Configuration;
using CredHelper.Platform;
using CredHelper.PullResolution;
using CredHelper.Registry;

namespace CredHelper.Doctor.Checks;

/// <summary>
/// Checks the registry with the credentials that the client uses: <c>/v2/</c>, the manifest of the image, and the first
/// byte of a layer. If these credentials are refused, or there are none, a new token is tried as well.
/// </summary>
internal sealed class RegistryCheck : ICheck
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    public string? Progress => "contacting the registry";

    public IEnumerable<Finding> Run(CheckContext context)
    {
        if (context.Helper is not { } helper)
            return [];
        if (context.IsOffline)
            return context.Registries.Select(registry => NotTried(registry, "--offline"));
        return context.Registries.SelectMany(registry => Try(context, helper, registry));
    }

    private static IEnumerable<Finding> Try(CheckContext context, HelperContext helper, EcrRegistry registry)
    {
        ProbedLogin? fresh = context.Tokens.TryGetValue(registry.Host, out IssuedToken? token)
            ? ProbedLogin.OfFresh(token, registry.Host)
            : null;
        Remedy setup = context.Commands.Setup(registry.Host);
        IEnumerable<IGrouping<ProbedLogin?, ImageResolution>> groups = context
            .Resolutions.Select(judged => judged.Resolution)
            .Where(resolution => CheckContext.RegistryOf(resolution.Image)?.Host == registry.Host)
            .GroupBy(resolution => ProbedLogin.OfWinner(resolution.Used, token, setup));
        foreach (IGrouping<ProbedLogin?, ImageResolution> group in groups)
        {
            if ((group.Key ?? fresh) is not { } login)
            {
                yield return NotTried(registry, "no token");
                continue;
            }
            string[] images = [.. group.Select(resolution => resolution.Image).Where(CheckContext.IsImage).Distinct()];
            ProbeResult result = Probe(helper, registry, login, images);
            foreach (Finding finding in result.Findings)
            {
                yield return finding with
                {
                    IsOfPull = true,
                };
            }
            // A network failure affects all credentials alike.
            if (result.Failure is { } failure)
            {
                yield return context.FailureOf("ECR506", [registry], failure) with
                {
                    IsOfPull = true,
                };
                yield break;
            }
            if (result.IsRefused && fresh is not null && login.Credential.Secret != fresh.Credential.Secret)
            {
                foreach (Finding finding in Probe(helper, registry, fresh, []).Findings)
                    yield return finding;
            }
        }
    }

    private static Finding NotTried(EcrRegistry registry, string why) =>
        Finding.Skip("ECR506", $"{registry.Host}: registry not checked ({why})");

    private static ProbeResult Probe(HelperContext helper, EcrRegistry registry, ProbedLogin login, string[] images) =>
        Deadline.Within(
            Timeout * Math.Max(1, images.Length),
            cancellationToken => new RegistryProbe(helper, registry, login).RunAsync(images, cancellationToken)
        );
}
