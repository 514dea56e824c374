using CredHelper.Configuration;
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
        if (context.Client.Kind == ClientKind.GitLabRunner)
        {
            var resolution = new RunnerResolution(SourcesOf(context), context.Helpers);
            context.Resolutions.AddRange(context.Images.Select(resolution.For));
            foreach (DroppedSource dropped in resolution.Dropped)
                yield return Finding.Fail(
                    "ECR210",
                    $"the runner would pass over {dropped.Source} whole: {dropped.Reason}; "
                        + $"{(dropped.SaidBy == "nobody" ? "nobody says so" : "the job log has a warning")}",
                    $"{RemedyOf(dropped.Reason, dropped.Source)}; every other login in there is lost with it"
                );
        }
        else
        {
            context.Resolutions.AddRange(
                context.Images.Select(image =>
                    context.Client.Kind == ClientKind.Podman
                        ? ClientResolution.Podman(
                            image,
                            context.Configs.Files,
                            context.Configs.HelperOrder,
                            context.Helpers
                        )
                        : ClientResolution.Docker(
                            image,
                            context.Configs.Files is [var file, ..] ? file : null,
                            context.Configs.Variable,
                            context.Helpers
                        )
                )
            );
        }
        foreach (ImageResolution resolution in context.Resolutions)
            yield return Judge(context, resolution);
    }

    private static RunnerSources SourcesOf(CheckContext context) =>
        new(
            context.Configs.Variable,
            context.Configs.Files is [var file, ..] ? file : null,
            context.Client.Job is { } job ? [new PayloadCredential(job.Registry, job.Username)] : []
        );

    private static Finding Judge(CheckContext context, ImageResolution resolution)
    {
        string image = ForeignText.Clean(resolution.Image);
        bool isOurs = CheckContext.RegistryOf(resolution.Image) is { Service: EcrService.Private };
        if (resolution.FatalReason is { } fatal)
            return Finding.Fail(
                "ECR209",
                $"{image}: {fatal}",
                RemedyOf(
                    fatal,
                    context
                        .Configs.Texts.Select(config => config.Source)
                        .FirstOrDefault(source => fatal.StartsWith(source, StringComparison.Ordinal))
                        ?? context.Configs.MainPath
                )
            );
        if (resolution.Used is { Outcome: Outcome.Credentials } used)
        {
            string log =
                context.Client.Kind == ClientKind.GitLabRunner
                    ? $"; the job log will say \"Authenticating with credentials from {LogName(used.Source)}\""
                    : "";
            return Finding.Ok(
                "ECR209",
                $"{image}: credentials from {used.Source} ("
                    + $"{ResolutionTable.WayOf(used, context.Client.Kind == ClientKind.GitLabRunner)}){log}"
            );
        }
        if (resolution.Used is not null)
            return Finding.Fail(
                "ECR209",
                $"{image}: the entry {ForeignText.Clean(resolution.Used.Key)} of {resolution.Used.Source} "
                    + "wins and holds no credentials",
                $"take it out of {resolution.Used.Source}"
            );
        if (
            resolution.Candidates.FirstOrDefault(candidate => candidate.Outcome == Outcome.NotFound && isOurs) is
            { Helper: { } helper } asked
        )
        {
            // Our own line ends with what helps.
            string[] words = (context.Helpers.Words(helper, asked.Key) ?? "").Split("; hint: ", 2);
            return Finding.Fail(
                "ECR209",
                $"{image}: {helper} is asked and has no credentials, so the pull is anonymous"
                    + $"{(words[0].Length > 0 ? $": {words[0]}" : "")}",
                words.Length == 2 ? words[1] : "see the findings about the AWS identity above"
            );
        }
        if (!isOurs && NearRegistry.WhyNot(resolution.Image) is { } why)
            return Finding.Fail(
                "ECR209",
                $"{image}: no registry of ECR, so the pull is anonymous: {why}",
                "write a name such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com"
            );
        if (!isOurs)
            return Finding.Ok("ECR209", $"{image}: no credentials, the pull is anonymous");
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

    /// <summary>
    /// What to do about a helper that is missing or fails, or about a configuration that cannot be read.
    /// </summary>
    private static string RemedyOf(string reason, string source)
    {
        if (
            reason.Split(' ') is not [var program, var verb, ..]
            || !program.StartsWith("docker-credential-", StringComparison.Ordinal)
        )
            return $"repair {source}";
        return verb switch
        {
            "get" => $"see what it says: echo HOST | {program} get, with the HOST that {source} names it for",
            "list" => $"see what it says: {program} list",
            _ => $"install {program} where the PATH leads, or take it out of {source}",
        };
    }

    /// <summary>The runner's own names of its sources (docs/protocol.md, 3.9).</summary>
    private static string LogName(string source) =>
        source switch
        {
            RunnerSources.VariableName => "$DOCKER_AUTH_CONFIG",
            RunnerSources.PayloadName => "job payload (GitLab Registry)",
            _ => source,
        };
}
