using CredHelper.Aws;
using CredHelper.Aws.Ecr;
using CredHelper.Aws.Sources;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Registry;

namespace CredHelper.Doctor.Checks;

/// <summary>
/// Checks the AWS identity of each registry: where its credentials come from, and who it is according to AWS.
/// </summary>
internal sealed class IdentityCheck : ICheck
{
    private static readonly Remedy WarningRemedy = Remedy.Advise(
        "correct or unset that variable if the identity of the machine is not meant"
    );

    public string? Progress => "asking AWS who this is";

    public IEnumerable<Finding> Run(CheckContext context)
    {
        if (context.Helper is not { } helper)
        {
            yield return Finding.Skip("ECR404", "not looked at, because the settings failed");
            yield break;
        }
        foreach (IGrouping<IdentityChoice, EcrRegistry> group in context.Registries.GroupBy(context.ChoiceFor))
        {
            EcrRegistry registry = group.First();
            bool isHarmless = group.All(context.IsServedByOthers);
            Finding plan = Plan(context, helper, group, out IReadOnlyList<string> warnings);
            yield return plan.WarnIf(isHarmless);
            foreach (string warning in warnings)
                yield return Finding.Warn("ECR404", $"{registry.Host}: {warning}", WarningRemedy);
            if (plan.Verdict != Verdict.Ok)
            {
                Forget(context, group);
                continue;
            }
            if (context.IsOffline)
            {
                yield return Finding.Skip("ECR405", $"{registry.Host}: AWS is not asked (--offline)");
            }
            else
            {
                foreach (Finding finding in Ask(context, helper, group))
                {
                    if (finding.Verdict == Verdict.Fail)
                        Forget(context, group);
                    yield return finding.WarnIf(isHarmless);
                }
            }
        }
    }

    private static void Forget(CheckContext context, IEnumerable<EcrRegistry> registries) =>
        context.WithoutIdentity.UnionWith(registries.Select(registry => registry.Host));

    private static Finding Plan(
        CheckContext context,
        HelperContext helper,
        IGrouping<IdentityChoice, EcrRegistry> group,
        out IReadOnlyList<string> warnings
    )
    {
        (IdentityChoice choice, EcrRegistry registry) = (group.Key, group.First());
        warnings = [];
        try
        {
            AwsContext aws = AwsContext.Load(helper, choice, registry.Region);
            CredentialPlan plan = new CredentialPlanner(aws).Plan(choice);
            string source = plan.Source.Describe();
            warnings = plan.Warnings;
            return Finding.Ok(
                "ECR404",
                $"{registry.Host}: {source}, by {choice.Origin}; profile {aws.Settings.ProfileName} ("
                    + $"{aws.Settings.ProfileOrigin})"
            );
        }
        catch (HelperException exception)
        {
            return IsAnonymous(registry, exception)
                ? Finding.Warn("ECR404", Anonymous(registry), remedy: null)
                : context.FailureOf("ECR404", group, exception);
        }
    }

    /// <summary>Whether pulls from the registry work in spite of the failure.</summary>
    public static bool IsAnonymous(EcrRegistry registry, HelperException failure) =>
        registry.ServesAnonymously && failure.IsWithoutIdentity;

    private static string Anonymous(EcrRegistry registry) =>
        $"{registry.Host}: no AWS credentials; pulls there work anonymously, with lower limits";

    private static IEnumerable<Finding> Ask(
        CheckContext context,
        HelperContext helper,
        IGrouping<IdentityChoice, EcrRegistry> group
    )
    {
        (IdentityChoice choice, EcrRegistry registry) = (group.Key, group.First());
        CallerInfo who;
        HelperException? failure = null;
        try
        {
            who = Deadline.Within(
                helper.Settings.GetDeadline,
                cancellationToken => new CallerLookup(helper, choice).AskAsync(registry, cancellationToken)
            );
        }
        catch (HelperException exception)
        {
            (who, failure) = (new CallerInfo("", "", null, ""), exception);
        }
        if (failure is not null)
        {
            yield return IsAnonymous(registry, failure)
                ? Finding.Warn("ECR405", Anonymous(registry), remedy: null)
                : context.FailureOf("ECR405", group, failure);
            if (failure.Kind == FailureKind.MetadataTimeout && Container.IsAround(helper.Environment))
            {
                yield return Finding.Warn(
                    "ECR406",
                    "this is a container, and instance metadata does not answer: its answers may go one hop only",
                    Remedy.Advise(
                        "allow two hops, with the instance's id for ID: aws ec2 modify-instance-metadata-options "
                            + "--instance-id ID --http-put-response-hop-limit 2"
                    )
                );
            }

            yield break;
        }
        string end = who.EndsAt is { } at ? $", ends {at:yyyy-MM-dd HH:mm:ss'Z'}" : "";
        yield return Finding.Ok("ECR405", $"{registry.Host}: signed in to AWS as {who.Arn} ({who.Source}{end})");
        if (registry.AccountId is { } account && who.Account != account)
        {
            yield return Finding.Warn(
                "ECR407",
                $"the registry is of account {account}, the identity of {who.Account}: the repository's "
                    + "policy must allow it",
                Remedy.Advise(
                    "add a repository policy there, or a role of that account: setup … --registry HOST=ROLE_ARN"
                )
            );
        }
    }
}
