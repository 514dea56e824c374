using CredHelper.CredentialProviders;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Doctor.Checks;

/// <summary>Checks the kubelet's configuration of credential providers: where it is, and what is wrong in it.</summary>
internal sealed class KubeletConfigCheck : ICheck
{
    public IEnumerable<Finding> Run(CheckContext context)
    {
        KubeletSnapshot node = context.Client.Kubelet!;
        if (node.Paths is not { } paths)
        {
            yield return Finding.Fail(
                "ECR701",
                $"the kubelet has no credential providers: {node.Origin}",
                WithoutPaths(context, node)
            );
            yield break;
        }
        yield return Finding.Ok(
            "ECR701",
            $"configuration {paths.Config}, programs in {paths.BinDirectory} ({node.Origin})"
        );
        if (node.Config is not { } config)
        {
            yield return Finding
                .Fail("ECR702", $"{paths.Config} does not exist{Effect(node)}", context.Commands.SetupKubelet())
                .On(Subject.Source(paths.Config));
            yield break;
        }
        foreach (ConfigProblem problem in config.Problems)
            yield return Judge(problem).On(Subject.Source(paths.Config));
        if (config.Problems.Count == 0)
        {
            string names = string.Join(", ", config.Providers.Select(provider => ForeignText.Clean(provider.Name)));
            yield return Finding.Ok("ECR702", $"{paths.Config} is valid; providers: {names}");
        }
        foreach (Finding finding in Patterns(config).Concat(Age(context, node, config)))
            yield return finding;
    }

    private static string Effect(KubeletSnapshot node) =>
        node.IsConditional ? ", so the kubelet runs without credential providers" : ", so the kubelet does not start";

    private static Remedy WithoutPaths(CheckContext context, KubeletSnapshot node) =>
        node.Process is null
            ? Remedy.Advise(
                $"pass --{KubeletPaths.ConfigFlag} FILE and --{KubeletPaths.BinFlag} DIR, or set up the node: "
                    + context.Commands.SetupKubelet("k3s").Text
            )
            : Remedy.Advise(
                $"start the kubelet with --{KubeletPaths.ConfigFlag} and --{KubeletPaths.BinFlag}; "
                    + "docker-credential-ecr-login setup kubelet prints the file"
            );

    private static Finding Judge(ConfigProblem problem) =>
        problem.IsKnown
            ? Finding.Fail(
                "ECR702",
                $"{problem}; the kubelet does not start with it",
                Remedy.Advise(
                    problem.Line > 0 ? $"correct line {problem.Line} of {problem.File}" : $"correct {problem.File}"
                )
            )
            : Finding.Warn(
                "ECR702",
                $"{problem}; the kubelet may accept it, but doctor cannot check the file",
                Remedy.Advise("rewrite that part so that doctor can check the file")
            );

    /// <summary>The kubelet accepts such a pattern, but the path of an image never contains an asterisk.</summary>
    private static IEnumerable<Finding> Patterns(ProviderConfig config) =>
        from provider in config.Providers
        from image in provider.MatchImages
        where ImagePattern.Parse(image) is { HasGlobInPath: true }
        select Finding.Warn(
            "ECR703",
            $"{provider.File}:{provider.Line}: no image matches {ForeignText.Clean(image)} in matchImages, because "
                + "wildcards are not supported in a path",
            Remedy.Advise($"write {ForeignText.Clean(image[..image.IndexOf('/')])}, or a path without wildcards")
        );

    /// <summary>The kubelet reads its configuration only when it starts.</summary>
    private static IEnumerable<Finding> Age(CheckContext context, KubeletSnapshot node, ProviderConfig config)
    {
        string? changed = config.Files.FirstOrDefault(file =>
            FileStatus.Of(file) is { } status && status.ModifiedSeconds > node.StartedAt
        );
        if (changed is null)
            yield break;
        IReadOnlyList<string> services = KubeletPaths.ServicesOf(node.Platform);
        string command = context.Commands.AsRoot($"systemctl restart {services[0]}");
        yield return Finding.Warn(
            "ECR704",
            $"{changed} was changed after {node.Process} started; the kubelet reads it only at its start",
            services.Count == 1 ? Remedy.Run(command) : Remedy.Advise($"{command}, or {services[1]} on an agent")
        );
    }
}
