using CredHelper.Diagnostics;
using CredHelper.DockerConfig;
using CredHelper.Errors;
using CredHelper.PullResolution;

namespace CredHelper.Doctor.Checks;

/// <summary>Reports the runner manager that the checks run as, and the variables that it lacks.</summary>
internal sealed class ManagerCheck : ICheck
{
    public IEnumerable<Finding> Run(CheckContext context)
    {
        if (context.Client.Runner is not { } runner)
            yield break;
        yield return runner.IsInContainer
            ? Finding.Warn(
                "ECR301",
                $"the runner manager runs in a container ({runner.Manager}); its files cannot be checked from here",
                Remedy.Advise(
                    $"run doctor inside it: docker exec CONTAINER {HelperName.Program} doctor; to set it up: "
                        + $"{HelperName.Program} setup {PullClient.NameOf(ClientKind.GitLabRunner)} --print compose"
                )
            )
            : Finding.Ok("ECR301", $"checking as the runner manager ({runner.Manager})");
        if (runner.NeverRead is { } lost)
        {
            yield return new Finding(
                "ECR302",
                IsAnswered(context) ? Verdict.Warn : Verdict.Fail,
                $"{lost} is never read; the runner manager reads {context.Configs.MainPath}",
                // A command must not overwrite the existing file.
                context.Configs.Files.Count > 0
                    ? Remedy.Advise($"copy what you need from it to {context.Configs.MainPath}, then remove it")
                    : Remedy.Run(MoveCommand(context, lost))
            )
            {
                About = [Subject.Source(context.Configs.MainPath)],
            };
        }
        else
        {
            yield return Finding.Ok(
                "ECR302",
                $"the runner manager's home directory is {runner.Home} ({runner.HomeOrigin})"
            );
        }
        foreach (string file in runner.MissingFiles)
        {
            yield return Finding
                .Fail(
                    "ECR303",
                    $"EnvironmentFile={file} of the unit does not exist, so the service does not start",
                    Remedy.Advise($"create {file}, or write EnvironmentFile=-{file}")
                )
                .On(new Subject(SubjectKind.ManagerEnvironment));
        }

        if (runner.MissingVariables.Count > 0)
        {
            yield return Finding.Warn(
                "ECR304",
                $"your shell sets {string.Join(", ", runner.MissingVariables)}, but the runner manager does not",
                Remedy.Advise(AdditionOf(runner.MissingVariables[0]))
            );
        }
    }

    private static string AdditionOf(string variable) =>
        OperatingSystem.IsWindows()
            ? $"run setx /M {variable} VALUE and then Restart-Service gitlab-runner, if the manager needs it"
            : $"run systemctl edit gitlab-runner and add Environment={variable}=…, if the manager needs it";

    private static string MoveCommand(CheckContext context, string lost) =>
        $"{context.Commands.Install(lost, context.Configs.MainPath)} && "
        + context.Commands.AsRoot($"rm {ShellWord.Quote(lost)}");

    /// <summary>
    /// Whether the file that the manager reads has an entry for every requested image, so that nothing depends on the
    /// other file.
    /// </summary>
    private static bool IsAnswered(CheckContext context) =>
        context.Registries.Count > 0
        && context.Views.All(view =>
            view.Images.Where(image => CheckContext.RegistryOf(image) is not null)
                .All(image => view.Configs.All.Any(source => Names(source.Config, image)))
        );

    private static bool Names(DockerConfigFile config, string image) =>
        config
            .CredHelpers.Keys.Concat(config.Auths.Where(auth => !auth.IsEmpty).Select(auth => auth.Key))
            .Any(key => ImagePath.Serves(ImagePath.OfKey(key), ImagePath.OfArgument(image)));
}
