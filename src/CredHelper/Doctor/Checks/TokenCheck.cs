using CredHelper.Aws.Ecr;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Registry;

namespace CredHelper.Doctor.Checks;

/// <summary>Requests a new token for each registry, as <c>get</c> does, without changing the cache.</summary>
internal sealed class TokenCheck : ICheck
{
    public string? Progress => "requesting tokens";

    public IEnumerable<Finding> Run(CheckContext context)
    {
        if (context.Helper is not { } helper)
            yield break;
        foreach (EcrRegistry registry in context.Registries)
        {
            if (context.IsOffline)
            {
                yield return Finding.Skip("ECR505", $"{registry.Host}: no token requested (--offline)");
                continue;
            }
            yield return context.WithoutIdentity.Contains(registry.Host)
                ? Finding.Skip("ECR505", $"{registry.Host}: no token requested, because there is no AWS identity")
                : Fetch(context, helper, registry);
        }
    }

    private static Finding Fetch(CheckContext context, HelperContext helper, EcrRegistry registry)
    {
        try
        {
            IssuedToken token = Deadline.Within(
                helper.Settings.GetDeadline,
                cancellationToken =>
                    new EcrTokenIssuer(helper, context.ChoiceFor(registry)).IssueAsync(registry, cancellationToken)
            );
            context.Tokens[registry.Host] = token;
            return Finding.Ok(
                "ECR505",
                $"{registry.Host}: ECR issues a token for {token.Life.TotalHours:0.#} hours ({token.Source})"
            );
        }
        catch (HelperException exception) when (IdentityCheck.IsAnonymous(registry, exception))
        {
            return Finding.Skip(
                "ECR505",
                $"{registry.Host}: no token requested without AWS credentials; anonymous pulls do not need one"
            );
        }
        catch (HelperException exception)
        {
            Finding finding = context.FailureOf("ECR505", [registry], exception);
            return finding.On(Subject.Token(registry.Host)).WarnIf(context.IsServedByOthers(registry));
        }
    }
}
