using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.PullResolution;
using CredHelper.Registry;

namespace CredHelper.Doctor.Checks;

/// <summary>
/// Which credentials each image would be pulled with, by the client's own rules, the helpers really run.
/// </summary>
internal sealed class ResolutionCheck : ICheck
{
    public string? Progress => "asking the credential helpers";

    public IEnumerable<Finding> Run(CheckContext context)
    {
        if (context.Images.Count == 0)
        {
            yield return Finding.Skip(
                "ECR209",
                "no image or registry was given, and the configuration names none of ECR"
            );
            yield break;
        }
        var reported = new HashSet<string>(StringComparer.Ordinal);
        foreach (PullView view in context.Views)
        {
            if (context.Client.Kind == ClientKind.GitLabRunner)
            {
                foreach (DroppedSource dropped in ByHelpers(context, view).Where(IsNew))
                    yield return JudgeDropped(view, dropped);
            }
            foreach (JudgedImage image in context.Resolutions.Where(image => image.View == view))
            {
                Finding finding = Judge(context, view, image.Resolution);
                yield return finding with
                {
                    Text = view.Prefix + finding.Text,
                };
            }
        }

        // The manager's file is the same for all of them.
        bool IsNew(DroppedSource dropped) => dropped.Source == ConfigSource.Variable || reported.Add(dropped.Source);
    }

    /// <summary>Sources that are well-formed, and dropped for what their helpers do.</summary>
    private static IEnumerable<DroppedSource> ByHelpers(CheckContext context, PullView view) =>
        context
            .ChoiceOf(view)
            .Dropped.Where(dropped =>
                view.Configs.All.Any(source => source.Name == dropped.Source && source.Config.Problem is null)
            );

    private static Finding JudgeDropped(PullView view, DroppedSource dropped)
    {
        bool isVariable = dropped.Source == ConfigSource.Variable;
        return Finding.Fail(
            "ECR210",
            $"{(isVariable ? view.Prefix : "")}the runner would pass over {dropped.Source} whole: {dropped.Reason}; "
                + $"{(dropped.SaidBy == "nobody" ? "nobody says so" : "the job log has a warning")}",
            $"{ResolutionRemedy.Of(dropped.Reason, dropped.Source)}; every other login in there is lost with it"
        );
    }

    private static Finding Judge(CheckContext context, PullView view, ImageResolution resolution)
    {
        string image = ForeignText.Clean(resolution.Image);
        if (resolution.FatalReason is { } fatal)
        {
            return Finding.Fail(
                "ECR209",
                $"{image}: {fatal}",
                ResolutionRemedy.Of(fatal, SourceOf(fatal, view.Configs))
            );
        }
        if (resolution.IsArbitrary)
        {
            return Finding.Warn(
                "ECR209",
                $"{image}: {resolution.Used?.Source ?? view.Configs.MainPath} has "
                    + $"{resolution.Candidates.Count} entries of an old notation for this host, and any of them is "
                    + "used",
                "keep one of them, with the host alone as its key"
            );
        }
        return resolution.Used is { } used
            ? JudgeUsed(context, image, used)
            : JudgeAnonymous(context, view, resolution);
    }

    /// <summary>The file that a reason begins with.</summary>
    private static string SourceOf(string reason, ClientConfigs configs) =>
        configs
            .All.Select(source => source.Name)
            .FirstOrDefault(name => reason.StartsWith(name, StringComparison.Ordinal))
        ?? configs.MainPath;

    private static Finding JudgeUsed(CheckContext context, string image, Candidate used)
    {
        if (!used.IsUsable)
        {
            return Finding.Fail(
                "ECR209",
                $"{image}: the entry {ForeignText.Clean(used.Key)} of {used.Source} wins and holds no credentials",
                $"take it out of {used.Source}"
            );
        }

        bool isRunner = context.Client.Kind == ClientKind.GitLabRunner;
        string log = isRunner
            ? $"; the job log will say \"Authenticating with credentials from {LogName(used.Source)}\""
            : "";
        return Finding.Ok(
            "ECR209",
            $"{image}: credentials from {used.Source} ({ResolutionTable.WayOf(used, isRunner)}){log}"
        );
    }

    private static Finding JudgeAnonymous(CheckContext context, PullView view, ImageResolution resolution)
    {
        string image = ForeignText.Clean(resolution.Image);
        if (CheckContext.RegistryOf(resolution.Image) is not { Service: EcrService.Private })
        {
            return NearRegistry.WhyNot(resolution.Image) is { } why
                ? Finding.Fail(
                    "ECR209",
                    $"{image}: no registry of ECR, so the pull is anonymous: {why}",
                    "write a name such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com"
                )
                : Finding.Ok("ECR209", $"{image}: no credentials, the pull is anonymous");
        }

        if (resolution.Candidates.FirstOrDefault(candidate => candidate.Outcome == Outcome.NotFound) is { } asked)
            return WithoutCredentials(context, image, asked);
        string host = CheckContext.RegistryOf(resolution.Image)!.RequestedHost;
        if (NearKey.Find(view.Configs, context.Client.Kind, host) is { } near)
            return Misspelt(context, resolution.Image, near);
        return image.Contains("@sha256", StringComparison.Ordinal) && context.Client.Kind == ClientKind.GitLabRunner
            ? Finding.Fail(
                "ECR209",
                $"{image}: nothing matches; the runner takes app@sha256 for the repository's name of an "
                    + "image by digest",
                "name the host alone in credHelpers or auths, or a shorter path"
            )
            : Finding.Fail(
                "ECR209",
                $"{image}: nothing names its registry, so the pull is anonymous and ECR refuses it",
                ConfigFileCheck.SetupCommandOf(context)
            );
    }

    private static Finding Misspelt(CheckContext context, string image, NearKey near)
    {
        string host = CheckContext.RegistryOf(image)!.RequestedHost,
            key = ForeignText.Clean(near.Key);
        bool isForAll = key.Contains('*', StringComparison.Ordinal) && context.Client.Kind == ClientKind.Docker;
        string store = isForAll ? $", or \"credsStore\": \"{HelperName.Short}\"" : "";
        return Finding.Fail(
            "ECR209",
            $"{ForeignText.Clean(image)}: nothing names its registry, so the pull is anonymous and ECR refuses it; "
                + $"{near.Source} has the key {key}, {near.Problem}",
            $"write {host} instead of {key} in {near.Source}{store}"
        );
    }

    /// <summary>The helper was asked, and its own line ends with what helps.</summary>
    private static Finding WithoutCredentials(CheckContext context, string image, Candidate asked)
    {
        string[] words = (context.Helpers.Words(asked.Helper!, asked.Key) ?? "").Split("; hint: ", 2);
        return Finding.Fail(
            "ECR209",
            $"{image}: {asked.Helper} is asked and has no credentials, so the pull is anonymous"
                + $"{(words[0].Length > 0 ? $": {words[0]}" : "")}",
            words.Length == 2 ? words[1] : "see the findings about the AWS identity above"
        );
    }

    /// <summary>The runner's own names of its sources (docs/protocol.md, 3.9).</summary>
    private static string LogName(string source) =>
        source switch
        {
            ConfigSource.Variable => "$DOCKER_AUTH_CONFIG",
            PayloadCredential.SourceName => "job payload (GitLab Registry)",
            _ => source,
        };
}
