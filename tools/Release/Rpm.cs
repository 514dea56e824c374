using System.Globalization;

namespace CredHelper.Release;

/// <summary>A package for Fedora, RHEL, SUSE and Amazon Linux, written by rpmbuild from files that are ready.</summary>
internal static class Rpm
{
    public const string Zsh = "usr/share/zsh/site-functions";

    public static string? Obstacle() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Any(directory => File.Exists(Path.Combine(directory, "rpmbuild")))
            ? null
            : "needs rpmbuild";

    public static string Architecture(Target target) => target.Rid == "linux-arm64" ? "aarch64" : "x86_64";

    public static string FileName(Target target, string version) =>
        $"{Installed.Name}-{Deb.Version(version)}-1.{Architecture(target)}.rpm";

    public static void Write(
        string path,
        Target target,
        string version,
        IReadOnlyList<Entry> files,
        DateTimeOffset time
    )
    {
        var room = Directory.CreateTempSubdirectory("release-rpm");
        try
        {
            var ready = Path.Combine(room.FullName, "ready");
            files.ToList().ForEach(file => Lay(ready, file));
            var spec = Path.Combine(room.FullName, "package.spec");
            File.WriteAllText(spec, Spec(version, ready, files));
            var output = Path.Combine(room.FullName, "made");
            Tool.Read(
                "env",
                $"SOURCE_DATE_EPOCH={time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}",
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

    private static string Spec(string version, string ready, IEnumerable<Entry> files) =>
        $$"""
            Name: {{Installed.Name}}
            Version: {{Deb.Version(version)}}
            Release: 1
            Summary: Docker credential helper for Amazon ECR
            License: Apache-2.0
            AutoReqProv: no
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

            %files
            {{string.Join('\n', files.Select(Listed))}}

            """.ReplaceLineEndings("\n");

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
