using CredHelper.Diagnostics;
using CredHelper.DockerConfig;
using CredHelper.PullResolution;

namespace CredHelper.Doctor.Checks;

/// <summary>Whose eyes these are, and what the manager lacks that a person's shell has.</summary>
internal sealed class ManagerCheck : ICheck
{
    public IEnumerable<Finding> Run(CheckContext context)
    {
        if (context.Client.Runner is not { } runner)
            yield break;
        yield return runner.IsInContainer
            ? Finding.Warn(
                "ECR301",
                $"the manager runs in a container ({runner.Manager}): its files are not these",
                $"run doctor inside it: docker exec CONTAINER {HelperName.Program} doctor"
            )
            : Finding.Ok("ECR301", $"seen as the manager: {runner.Manager}");
        if (runner.NeverRead is { } lost)
        {
            yield return new Finding(
                "ECR302",
                IsAnswered(context) ? Verdict.Warn : Verdict.Fail,
                $"{lost} is never read: the manager reads {context.Configs.MainPath}",
                // A command must not overwrite what stands there.
                context.Configs.Files.Count > 0
                    ? $"copy what you need of it there (sudoedit {context.Configs.MainPath}), then: sudo rm {lost}"
                    : $"sudo install -D -m 600 {lost} {context.Configs.MainPath} && sudo rm {lost}"
            );
        }
        else
        {
            yield return Finding.Ok("ECR302", $"the manager's home is {runner.Home} ({runner.HomeOrigin})");
        }
        foreach (string file in runner.MissingFiles)
        {
            yield return Finding.Fail(
                "ECR303",
                $"EnvironmentFile={file} of the unit is not there, so the service does not start",
                $"make {file}, or write EnvironmentFile=-{file}"
            );
        }

        if (runner.MissingVariables.Count > 0)
        {
            yield return Finding.Warn(
                "ECR304",
                $"your shell has {string.Join(", ", runner.MissingVariables)}, the manager has not",
                $"if it needs them: systemctl edit gitlab-runner, and add Environment={runner.MissingVariables[0]}=…"
            );
        }
    }

    /// <summary>
    /// Whether what the manager does read has an entry for all that was asked about, so that nothing hangs on the other
    /// file.
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
