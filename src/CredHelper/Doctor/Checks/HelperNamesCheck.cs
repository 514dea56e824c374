using CredHelper.Diagnostics;
using CredHelper.DockerConfig;
using CredHelper.Errors;
using CredHelper.Podman;
using CredHelper.Processes;
using CredHelper.PullResolution;

namespace CredHelper.Doctor.Checks;

/// <summary>
/// Checks every helper that a configuration names: the name must be plain, and its program on the client's PATH.
/// </summary>
internal sealed class HelperNamesCheck : ICheck
{
    public IEnumerable<Finding> Run(CheckContext context)
    {
        IEnumerable<Finding?> findings = context.Sources.SelectMany(source =>
            NamesIn(source.Config).Select(name => Judge(context, source.Title, name))
        );
        RegistriesConf registries = context.Configs.Registries;
        IEnumerable<Finding?> ofRegistries = registries
            .Helpers.Where(name => name != RegistriesConf.AuthFilesItem)
            .Select(name => Judge(context, registries.Origin!, name));
        return findings.Concat(ofRegistries).OfType<Finding>();
    }

    private static IEnumerable<string> NamesIn(DockerConfigFile config)
    {
        IEnumerable<string> names = config.CredHelpers.Values;
        return (config.CredsStore is { } store ? names.Append(store) : names).Distinct();
    }

    private static Finding? Judge(CheckContext context, string source, string name)
    {
        if (
            name.Contains('/', StringComparison.Ordinal)
            || (name.Length == 0 && context.Client.Kind == ClientKind.GitLabRunner)
        )
        {
            return Finding
                .Fail(
                    "ECR204",
                    $"{source}: the helper name '{ForeignText.Clean(name)}' must be the part after "
                        + $"{HelperName.Prefix}, without a path",
                    Remedy.Advise($"write {HelperName.Short} there; GitLab Runner fails every job with such a name")
                )
                .On(Subject.Helper(name));
        }

        if (name.Length == 0)
            return null;
        string program = HelperProgram.Of(name);
        if (SearchPath.Find(context.Environment, program) is { } path)
            return Finding.Ok("ECR205", $"{program} is installed: {path}");
        if (HelperProgram.ShortNameOf(name) is { } meant)
        {
            return Finding
                .Fail(
                    "ECR204",
                    $"{source}: with the helper name '{ForeignText.Clean(name)}', clients run {program}",
                    Remedy.Advise($"write {meant}")
                )
                .On(Subject.Helper(name));
        }
        // This program has its own check, with a better fix.
        if (name == HelperName.Short)
            return null;
        string effect =
            context.Client.Kind == ClientKind.GitLabRunner
                ? ", so GitLab Runner ignores the whole source, including static credentials"
                : "";
        return Finding
            .Fail(
                "ECR205",
                $"{source} names {program}, which is not on the PATH ({context.Environment["PATH"]}){effect}",
                Remedy.Advise($"install {ShellWord.Quote(program)}, or remove it from {source}")
            )
            .On(Subject.Helper(name));
    }
}
