using CredHelper.Diagnostics;
using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.Podman;

namespace CredHelper.Setup;

/// <summary>
/// <c>credential-helpers</c> for every user of podman, buildah and skopeo, in a drop-in file for registries.conf
/// (containers-registries.conf.d(5)). The list of a later file replaces that of an earlier one, so ours repeats the
/// list that is in effect.
/// </summary>
internal sealed record PodmanHelpers(string Directory)
{
    /// <summary>The name sorts late, so that our list is the one in effect.</summary>
    private const string Name = $"99-{HelperName.Short}.conf";

    public string Path => System.IO.Path.Combine(RegistriesConf.DropInDirectory(Directory), Name);

    public PlannedChange Plan()
    {
        string list = string.Join(", ", Wanted().Select(helper => $"\"{helper}\""));
        var desired = new DesiredValue([RegistriesConf.Key], $"[{list}]", "the list of other helpers has changed");
        return PlannedChange.Of(new DesiredFile(Path, FileFormat.Toml, _ => [desired]));
    }

    /// <summary>A file that sorts after ours and has its own list, which then replaces ours.</summary>
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
            ? throw new HelperException(FailureKind.Configuration, problem, "fix that file; nothing was changed")
            : others;
    }
}
