using CredHelper.Diagnostics;
using CredHelper.Editing;

namespace CredHelper.Setup;

/// <summary>
/// <c>credential-helpers</c> for every user of podman, buildah and skopeo: a drop-in beside registries.conf
/// (containers-registries.conf.d(5)). A later file's list takes the place of an earlier one's, so ours repeats what
/// counts.
/// </summary>
internal sealed record PodmanHelpers(string Directory)
{
    private const string Key = "credential-helpers",
        AuthFiles = "containers-auth.json";

    /// <summary>Late, so that the list that counts is ours.</summary>
    private const string Name = $"99-{HelperName.Short}.conf";

    public string Path => System.IO.Path.Combine(Directory, "registries.conf.d", Name);

    public PlannedChange Plan()
    {
        string list = string.Join(", ", Wanted().Select(helper => $"\"{helper}\""));
        var desired = new DesiredValue([Key], $"[{list}]", "the other helpers changed meanwhile");
        return PlannedChange.Of(new DesiredFile(Path, FileFormat.Toml, _ => [desired]));
    }

    /// <summary>A file behind ours that has a list of its own, which then counts instead.</summary>
    public string? Overruling() =>
        Files().LastOrDefault(file => file.Helpers.Count > 0) is { Path: { } path }
        && string.CompareOrdinal(System.IO.Path.GetFileName(path), Name) > 0
        && path.Contains("registries.conf.d", StringComparison.Ordinal)
            ? path
            : null;

    private IEnumerable<string> Wanted()
    {
        IReadOnlyList<string> others = Files().LastOrDefault(file => file.Helpers.Count > 0).Helpers ?? [AuthFiles];
        return others.Contains(HelperName.Short) ? others : [.. others, HelperName.Short];
    }

    private IEnumerable<(string Path, IReadOnlyList<string> Helpers)> Files()
    {
        string dropIns = System.IO.Path.Combine(Directory, "registries.conf.d");
        IEnumerable<string> others = System.IO.Directory.Exists(dropIns)
            ? System
                .IO.Directory.EnumerateFiles(dropIns, "*.conf")
                .Where(path => path != Path)
                .Order(StringComparer.Ordinal)
            : [];
        foreach (string path in others.Prepend(System.IO.Path.Combine(Directory, "registries.conf")))
        {
            if (EditableFile.Open(path).Content is { } content)
                yield return (path, TomlKeyEdit.Parse(path, content).List(Key));
        }
    }
}
