using CredHelper.Diagnostics;
using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.Podman;

namespace CredHelper.Setup;

/// <summary>
/// <c>credential-helpers</c> for every user of podman, buildah and skopeo: a drop-in beside registries.conf
/// (containers-registries.conf.d(5)). A later file's list takes the place of an earlier one's, so ours repeats what
/// counts.
/// </summary>
internal sealed record PodmanHelpers(string Directory)
{
    /// <summary>Late, so that the list that counts is ours.</summary>
    private const string Name = $"99-{HelperName.Short}.conf";

    public string Path => System.IO.Path.Combine(RegistriesConf.DropInDirectory(Directory), Name);

    public PlannedChange Plan()
    {
        string list = string.Join(", ", Wanted().Select(helper => $"\"{helper}\""));
        var desired = new DesiredValue([RegistriesConf.Key], $"[{list}]", "the other helpers changed meanwhile");
        return PlannedChange.Of(new DesiredFile(Path, FileFormat.Toml, _ => [desired]));
    }

    /// <summary>A file behind ours that has a list of its own, which then counts instead.</summary>
    public string? Overruling() =>
        Others() is { Origin: { } path }
        && System.IO.Path.GetDirectoryName(path) == RegistriesConf.DropInDirectory(Directory)
        && string.CompareOrdinal(System.IO.Path.GetFileName(path), Name) > 0
            ? path
            : null;

    private IEnumerable<string> Wanted()
    {
        IReadOnlyList<string> others = Others().Helpers;
        return others.Contains(HelperName.Short) ? others : [.. others, HelperName.Short];
    }

    private RegistriesConf Others()
    {
        RegistriesConf others = RegistriesConf.In(Directory, except: Path);
        return others.Problem is { } problem
            ? throw new HelperException(FailureKind.Configuration, problem, "repair it; nothing was changed")
            : others;
    }
}
