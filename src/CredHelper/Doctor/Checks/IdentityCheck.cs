using CredHelper.Aws;
using CredHelper.Aws.Config;
using CredHelper.Aws.Ecr;
using CredHelper.Aws.Sources;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Output;
using CredHelper.Platform;
using CredHelper.Registry;

namespace CredHelper.Doctor.Checks;

/// <summary>
/// Checks the AWS identity of each registry: where its credentials come from, and who it is according to AWS.
/// </summary>
internal sealed class IdentityCheck : ICheck
{
    private static readonly Remedy WarningRemedy = Remedy.Advise(
        "correct that variable, or unset it to use the machine's identity"
    );

    public string? Progress => "checking the AWS identity";

    public IEnumerable<Finding> Run(CheckContext context)
    {
        if (context.Helper is not { } helper)
        {
            yield return Finding.Skip("ECR404", "not checked, because the settings are invalid");
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
                yield return Finding.Skip("ECR405", $"{registry.Host}: AWS identity not checked (--offline)");
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
            return Finding.Ok("ECR404", $"{registry.Host}: {source}, {ProfileOf(aws.Settings)}{SelectionOf(choice)}");
        }
        catch (HelperException exception)
        {
            return IsAnonymous(registry, exception)
                ? Finding.Warn("ECR404", Anonymous(registry), remedy: null)
                : context.FailureOf("ECR404", group, exception);
        }
    }

    private static string ProfileOf(AwsSettings settings) =>
        settings is { ProfileName: "default", ProfileOrigin: "default" }
            ? "default profile"
            : $"profile {settings.ProfileName} ({settings.ProfileOrigin})";

    private static string SelectionOf(IdentityChoice choice) =>
        choice == IdentityChoice.Ambient ? "" : $", selected by {choice.Origin}";

    /// <summary>Whether pulls from the registry work in spite of the failure.</summary>
    public static bool IsAnonymous(EcrRegistry registry, HelperException failure) =>
        registry.ServesAnonymously && failure.IsWithoutIdentity;

    private static string Anonymous(EcrRegistry registry) =>
        $"{registry.Host}: no AWS credentials; anonymous pulls work, with lower rate limits";

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
                    "the instance metadata service (IMDS) does not answer in this container; its hop limit may be 1",
                    Remedy.Advise(
                        "set the hop limit to 2 (ID is the instance ID): aws ec2 modify-instance-metadata-options "
                            + "--instance-id ID --http-put-response-hop-limit 2"
                    )
                );
            }

            yield break;
        }
        yield return Finding.Ok("ECR405", IdentityOf(registry, who, at => $"{at:yyyy-MM-dd HH:mm:ss'Z'}")) with
        {
            RelativeText = IdentityOf(registry, who, at => RelativeTime.Around(at - helper.Now)),
        };
        if (registry.AccountId is { } account && who.Account != account)
        {
            yield return Finding.Warn(
                "ECR407",
                $"the registry belongs to account {account}, the identity to {who.Account}: the repository "
                    + "policy must allow the identity to pull",
                Remedy.Advise(
                    "add a repository policy there, or use a role of that account: setup … --registry HOST=ROLE_ARN"
                )
            );
        }
    }

    private static string IdentityOf(EcrRegistry registry, CallerInfo who, Func<DateTimeOffset, string> format) =>
        $"{registry.Host}: AWS identity {who.Arn} ({who.Source}"
        + $"{(who.EndsAt is { } at ? $", expires {format(at)}" : "")})";
}
