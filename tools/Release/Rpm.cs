using System.Globalization;

namespace CredHelper.Release;

/// <summary>Builds a package for Fedora, RHEL, SUSE and Amazon Linux with rpmbuild, from finished files.</summary>
internal static class Rpm
{
    public const string Zsh = "usr/share/zsh/site-functions";

    public static string? Obstacle() => Tool.Find("rpmbuild") is null ? "needs rpmbuild" : null;

    public static string Architecture(Target target) => target.Rid == "linux-arm64" ? "aarch64" : "x86_64";

    public static string FileName(Target target, string version) =>
        $"{Installed.Name}-{Deb.Version(version)}-1.{Architecture(target)}.rpm";

    /// <param name="project">Null in a snapshot of a project without an owner, which has no packager.</param>
    /// <param name="afterRemoval">The script that runs after the files are removed.</param>
    public static void Write(
        string path,
        Target target,
        Source source,
        Project? project,
        IReadOnlyList<Entry> files,
        string afterRemoval
    )
    {
        var room = Directory.CreateTempSubdirectory("release-rpm");
        try
        {
            var ready = Path.Combine(room.FullName, "ready");
            files.ToList().ForEach(file => Lay(ready, file));
            var spec = Path.Combine(room.FullName, "package.spec");
            File.WriteAllText(spec, Spec(source.Version, project, ready, files, afterRemoval));
            var output = Path.Combine(room.FullName, "made");
            Tool.Read(
                "env",
                $"SOURCE_DATE_EPOCH={source.Time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}",
                "rpmbuild",
                "-bb",
                "--quiet",
                "--target",
                $"{Architecture(target)}-linux",
                "--define",
                $"_topdir {room.FullName}",
                "--define",
                $"_rpmdir {output}",
                "--define",
                $"_tmppath {room.FullName}",
                "--define",
                "_buildhost localhost",
                "--define",
                "use_source_date_epoch_as_buildtime 1",
                "--define",
                "clamp_mtime_to_source_date_epoch 1",
                "--define",
                "_build_id_links none",
                "--define",
                "debug_package %{nil}",
                "--define",
                "__os_install_post %{nil}",
                "--define",
                "__arch_install_post %{nil}",
                "--define",
                "_binary_payload w9.gzdio",
                spec
            );
            File.Copy(Directory.GetFiles(output, "*.rpm", SearchOption.AllDirectories).Single(), path, overwrite: true);
        }
        finally
        {
            room.Delete(recursive: true);
        }
    }

    private static void Lay(string root, Entry file)
    {
        var path = Path.Combine(root, file.Name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (file.LinkTo is not null)
        {
            File.CreateSymbolicLink(path, file.LinkTo);
            return;
        }
        File.WriteAllBytes(path, file.Content!);
    }

    private static string Spec(
        string version,
        Project? project,
        string ready,
        IEnumerable<Entry> files,
        string afterRemoval
    ) =>
        $$"""
            Name: {{Installed.Name}}
            Version: {{Deb.Version(version)}}
            Release: 1
            Summary: {{Installed.Summary}}
            License: Apache-2.0
            {{Owner(project)}}AutoReqProv: no
            Conflicts: amazon-ecr-credential-helper
            Provides: amazon-ecr-credential-helper
            Recommends: ca-certificates

            %description
            One static file that signs docker, podman, skopeo, the kubelet and GitLab
            runners in to Amazon ECR with any AWS identity. It takes the place of
            amazon-ecr-credential-helper: same name, same protocol.

            %install
            mkdir -p %{buildroot}
            cp -a {{ready}}/. %{buildroot}/
            find %{buildroot} -exec touch -h -d @${SOURCE_DATE_EPOCH} {} +

            %postun
            {{Escape(afterRemoval)}}
            %files
            {{string.Join('\n', files.Select(Listed))}}

            """.ReplaceLineEndings("\n");

    private static string Owner(Project? project) =>
        project is null ? "" : $"URL: {project.Url}\nPackager: {project.Maintainer}\n";

    // rpm expands macros in scripts.
    private static string Escape(string script) => script.Replace("%", "%%", StringComparison.Ordinal);

    private static string Listed(Entry file)
    {
        var mode = file.IsExecutable ? "0755" : "0644";
        var attributes = file.LinkTo is null ? $"%attr({mode},root,root) " : "";
        return $"{attributes}{Mark(file.Name)}/{file.Name}";
    }

    private static string Mark(string name)
    {
        if (name.EndsWith("/copyright", StringComparison.Ordinal))
            return "%license ";
        var isDocument =
            name.StartsWith("usr/share/doc/", StringComparison.Ordinal)
            || name.StartsWith("usr/share/man/", StringComparison.Ordinal);
        return isDocument ? "%doc " : "";
    }
}
