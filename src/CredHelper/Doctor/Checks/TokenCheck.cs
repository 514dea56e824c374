using CredHelper.Aws;
using CredHelper.Registry;

namespace CredHelper.Doctor.Checks;

/// <summary>A fresh token of each registry, as <c>get</c> would fetch it; the cache is left alone.</summary>
internal sealed class TokenCheck : ICheck
{
    public string? Progress => "fetching tokens";

    public IEnumerable<Finding> Run(DoctorRun run)
    {
        if (run.Invocation is not { } invocation)
            yield break;
        foreach (EcrRegistry registry in run.Registries)
        {
            if (run.IsOffline)
            {
                yield return Finding.Skip("ECR505", $"{registry.Host}: no token is fetched (--offline)");
                continue;
            }
            yield return run.WithoutIdentity.Contains(registry.Host)
                ? Finding.Skip("ECR505", $"{registry.Host}: no token is fetched, because there is no identity")
                : Fetch(run, invocation, registry);
        }
    }

    private static Finding Fetch(DoctorRun run, Invocation invocation, EcrRegistry registry)
    {
        try
        {
            IssuedToken token = Invocation.Within(
                invocation.Settings.GetDeadline,
                cancellationToken =>
                    new EcrTokenIssuer(invocation, run.ChoiceFor(registry)).IssueAsync(registry, cancellationToken)
            );
            run.Tokens[registry.Host] = token;
            return Finding.Ok(
                "ECR505",
                $"{registry.Host}: ECR issues a token for {token.Life.TotalHours:0.#} hours ({token.Source})"
            );
        }
        catch (HelperException exception)
            when (registry.Service == EcrService.Public
                && exception.Kind is FailureKind.NoCredentials or FailureKind.MetadataTimeout
            )
        {
            return Finding.Skip(
                "ECR505",
                $"{registry.Host}: no token without AWS credentials; anonymous pulls need none"
            );
        }
        catch (HelperException exception)
        {
            return Finding.Fail("ECR505", registry.Host, exception);
        }
    }
}
