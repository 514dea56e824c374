using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Processes;
using CredHelper.PullResolution;

namespace CredHelper.Doctor.Checks;

/// <summary>Every helper that a configuration names: a plain name, and on the client's PATH.</summary>
internal sealed class HelperNamesCheck : ICheck
{
    public IEnumerable<Finding> Run(CheckContext context)
    {
        foreach (ConfigSource config in context.Sources)
        {
            IEnumerable<string> names = config.Config.CredHelpers.Values;
            if (config.Config.CredsStore is { } store && context.Client.Kind != ClientKind.Podman)
                names = names.Append(store);
            foreach (string name in names.Distinct())
            {
                if (Judge(context, config.Title, name) is { } finding)
                    yield return finding;
            }
        }
    }

    private static Finding? Judge(CheckContext context, string source, string name)
    {
        if (
            name.Contains('/', StringComparison.Ordinal)
            || (name.Length == 0 && context.Client.Kind == ClientKind.GitLabRunner)
        )
        {
            return Finding.Fail(
                "ECR204",
                $"{source} names the helper '{ForeignText.Clean(name)}': it has to be the part behind "
                    + $"{HelperName.Prefix}, without a path",
                $"write {HelperName.Short}; a runner fails every job with such a name"
            );
        }

        if (name.Length == 0)
            return null;
        string program = HelperProgram.Of(name);
        if (SearchPath.Find(context.Environment, program) is { } path)
            return Finding.Ok("ECR205", $"{program} is {path}");
        // Ours has a check of its own, with a better remedy.
        if (name == HelperName.Short)
            return null;
        string effect =
            context.Client.Kind == ClientKind.GitLabRunner
                ? ", so the runner drops this source whole, static logins included"
                : "";
        return Finding.Fail(
            "ECR205",
            $"{source} names {program}, which is not on the PATH ({context.Environment["PATH"]}){effect}",
            $"install {program}, or take it out of {source}"
        );
    }
}
