using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.PullResolution;
using CredHelper.Registry;

namespace CredHelper.Doctor.Checks;

/// <summary>
/// Checks which credentials each image would be pulled with, by the client's own rules. The helpers are run.
/// </summary>
internal sealed class ResolutionCheck : ICheck
{
    public string? Progress => "running the credential helpers";

    public IEnumerable<Finding> Run(CheckContext context)
    {
        if (context.Images.Count == 0)
        {
            yield return Finding.Skip(
                "ECR209",
                context.Client.Runner is null
                    ? "no image or registry was given, and the configuration names no ECR registry"
                    : "no image or registry was given, and no runner has an image to pull"
            );
            yield break;
        }
        var reported = new HashSet<string>(StringComparer.Ordinal);
        foreach (PullView view in context.Views)
        {
            if (context.Client.Kind == ClientKind.GitLabRunner)
            {
                foreach (DroppedSource dropped in ByHelpers(context, view).Where(IsNew))
                    yield return JudgeDropped(context, view, dropped);
            }
            foreach (JudgedImage image in context.Resolutions.Where(image => image.View == view))
            {
                Finding finding = Judge(context, view, image.Resolution);
                yield return finding with
                {
                    Text = view.Prefix + finding.Text,
                    IsOfPull = true,
                };
            }
        }

        // The manager's file is the same for all runners.
        bool IsNew(DroppedSource dropped) => dropped.Source == ConfigSource.Variable || reported.Add(dropped.Source);
    }

    /// <summary>Sources that are valid but ignored because one of their helpers fails.</summary>
    private static IEnumerable<DroppedSource> ByHelpers(CheckContext context, PullView view) =>
        context
            .ChoiceOf(view)
            .Dropped.Where(dropped =>
                view.Configs.All.Any(source => source.Name == dropped.Source && source.Config.Problem is null)
            );

    private static Finding JudgeDropped(CheckContext context, PullView view, DroppedSource dropped)
    {
        bool isVariable = dropped.Source == ConfigSource.Variable;
        Finding finding = Finding.Fail(
            "ECR210",
            $"{(isVariable ? view.Prefix : "")}GitLab Runner ignores the whole "
                + (
                    isVariable
                        ? $"variable {dropped.Source}, with a warning in the job log"
                        : $"file {dropped.Source} without logging it"
                )
                + $": {dropped.Reason}",
            Remedy.Advise(
                $"{ResolutionRemedy.Of(dropped.Reason, dropped.Source)}; all other credentials in it are ignored too"
            )
        );
        return finding with
        {
            About = [Subject.Source(context.TitleOf(view, dropped.Source))],
            DependsOn = [.. SubjectsOf(context, dropped.Helper)],
        };
    }

    private static Finding Judge(CheckContext context, PullView view, ImageResolution resolution)
    {
        string image = ForeignText.Clean(resolution.Image);
        if (resolution.FatalReason is { } fatal)
        {
            string source = resolution.Origin?.Source ?? view.Configs.MainPath;
            return Finding.Fail("ECR209", $"{image}: {fatal}", Remedy.Advise(ResolutionRemedy.Of(fatal, source))) with
            {
                DependsOn =
                [
                    .. SubjectsOf(context, resolution.Origin?.Helper),
                    Subject.Source(context.TitleOf(view, source)),
                ],
            };
        }
        if (resolution.IsArbitrary)
        {
            return Finding.Warn(
                "ECR209",
                $"{image}: {resolution.Used?.Source ?? view.Configs.MainPath} has "
                    + $"{resolution.Candidates.Count} entries in an old notation for this host, and may use any of "
                    + "them",
                Remedy.Advise("keep one of them, with only the host as its key")
            );
        }
        return resolution.Used is { } used
            ? JudgeUsed(context, view, image, used)
            : JudgeAnonymous(context, view, resolution);
    }

    /// <summary>What the answer of a helper depends on; for this program, everything that a token needs.</summary>
    private static IEnumerable<Subject> SubjectsOf(CheckContext context, string? helper)
    {
        if (helper is null)
            return [];
        Subject program = Subject.Helper(helper);
        return helper == HelperName.Short
            ?
            [
                program,
                new Subject(SubjectKind.Settings),
                .. context.Registries.Select(registry => Subject.Token(registry.Host)),
            ]
            : [program];
    }

    private static Finding JudgeUsed(CheckContext context, PullView view, string image, Candidate used)
    {
        if (!used.IsUsable)
        {
            return Finding.Fail(
                "ECR209",
                $"{image}: the matching entry {ForeignText.Clean(used.Key)} of {used.Source} contains no credentials",
                Remedy.Advise($"remove it from {used.Source}")
            ) with
            {
                DependsOn = [Subject.Entry(context.TitleOf(view, used.Source), used.Key)],
            };
        }

        bool isRunner = context.Client.Kind == ClientKind.GitLabRunner;
        string log = isRunner
            ? $"; the job log shows \"Authenticating with credentials from {LogName(used.Source)}\""
            : "";
        return Finding.Ok(
            "ECR209",
            $"{image}: credentials from {used.Source} ({ResolutionTable.MethodOf(used, isRunner)}){log}"
        );
    }

    private static Finding JudgeAnonymous(CheckContext context, PullView view, ImageResolution resolution)
    {
        string image = ForeignText.Clean(resolution.Image);
        if (context.Client.JobTokenFor(resolution.Image) is { } job)
            return WithoutLogin(context, image, job);
        if (CheckContext.RegistryOf(resolution.Image) is not { Service: EcrService.Private })
        {
            return NearRegistry.WhyNot(resolution.Image) is { } why
                ? Finding.Fail(
                    "ECR209",
                    $"{image}: not an ECR registry, so the pull is anonymous: {why}",
                    Remedy.Advise("use a name such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com")
                )
                : Finding.Ok("ECR209", $"{image}: no credentials (anonymous pull)");
        }

        if (resolution.Candidates.FirstOrDefault(candidate => candidate.Outcome == Outcome.NotFound) is { } asked)
            return WithoutCredentials(context, image, asked);
        EcrRegistry registry = CheckContext.RegistryOf(resolution.Image)!;
        string host = registry.RequestedHost;
        if (NearKey.Find(view.Configs, context.Client.Kind, host) is { } near)
            return Misspelt(context, resolution.Image, near);
        Finding finding =
            image.Contains("@sha256", StringComparison.Ordinal) && context.Client.Kind == ClientKind.GitLabRunner
                ? Finding.Fail(
                    "ECR209",
                    $"{image}: no key matches, because GitLab Runner reads the repository of an image "
                        + "with a digest as app@sha256",
                    Remedy.Advise("use only the host, or a shorter path, as the key in credHelpers or auths")
                )
                : Finding.Fail(
                    "ECR209",
                    $"{image}: no credentials are configured for its registry, so the pull is anonymous and ECR "
                        + "refuses it",
                    context.Commands.Setup(registry.Host)
                );
        return finding with
        {
            DependsOn =
            [
                .. view
                    .Configs.All.Select(source => source.Name)
                    .Append(view.Configs.MainPath)
                    .Select(source => Subject.Source(context.TitleOf(view, source))),
                new Subject(SubjectKind.StoreRegion),
            ],
        };
    }

    /// <summary>GitLab Runner uses the job's credentials by itself; docker and podman in a job do not.</summary>
    private static Finding WithoutLogin(CheckContext context, string image, JobToken job)
    {
        string client = PullClient.NameOf(context.Client.Kind);
        return Finding.Warn(
            "ECR209",
            $"{image}: {client} has no credentials for the registry; GitLab Runner itself uses the job token",
            Remedy.Run(
                $"echo \"${job.SecretVariable}\" | {client} login -u {ShellWord.Quote(job.Username)} --password-stdin "
                    + ShellWord.Quote(job.Registry)
            )
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
            $"{ForeignText.Clean(image)}: no credentials are configured for its registry, so the pull is "
                + "anonymous and ECR refuses it; "
                + $"{near.Source} has the key {key}, {near.Problem}",
            Remedy.Advise($"write {host} instead of {key} in {near.Source}{store}")
        );
    }

    /// <summary>The helper was run; the error that it printed ends with a hint.</summary>
    private static Finding WithoutCredentials(CheckContext context, string image, Candidate asked)
    {
        string[] words = (context.Helpers.Words(asked.Helper!, asked.Key) ?? "").Split("; hint: ", 2);
        return Finding.Fail(
            "ECR209",
            $"{image}: the credential helper {asked.Helper} returns no credentials, so the pull is anonymous",
            Remedy.Advise(
                words.Length == 2
                    ? words[1]
                    : $"run it by hand: echo {ShellWord.Quote(asked.Key)} | "
                        + $"{ShellWord.Quote(HelperProgram.Of(asked.Helper!))} get"
            )
        ) with
        {
            Detail = words[0].Length > 0 ? $": {words[0]}" : "",
            DependsOn =
            [
                .. SubjectsOf(context, asked.Helper).Where(subject => subject.Kind != SubjectKind.Token),
                Subject.Token(CheckContext.RegistryOf(image)!.Host),
            ],
        };
    }

    /// <summary>The names of the sources in the runner's job log (docs/reference/protocol.md, 3.9).</summary>
    private static string LogName(string source) =>
        source switch
        {
            ConfigSource.Variable => "$DOCKER_AUTH_CONFIG",
            PayloadCredential.SourceName => "job payload (GitLab Registry)",
            _ => source,
        };
}
