using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CredHelper.Release;

/// <summary>Writes a package for Debian and its derivatives; dpkg is not needed.</summary>
internal static class Deb
{
    public const string Zsh = "usr/share/zsh/vendor-completions";

    // A snapshot's version has a tilde, so that it sorts before the release.
    public static string Version(string version) => version.Replace('-', '~');

    public static string Architecture(Target target) => target.Rid == "linux-arm64" ? "arm64" : "amd64";

    /// <param name="project">Null in a snapshot of a project without an owner, which has no maintainer.</param>
    /// <param name="afterRemoval">The script that runs after the files are removed.</param>
    public static byte[] Write(
        Target target,
        Source source,
        Project? project,
        IReadOnlyList<Entry> files,
        string afterRemoval
    )
    {
        var time = source.Time;
        var size = (files.Sum(file => file.Content?.Length ?? 0) + 1023) / 1024;
        var control = Archive.TarGz(
            [
                new("./"),
                new("./control", Text(Control(target, source.Version, project, size))),
                new("./md5sums", Text(Sums(files))),
                new("./postrm", Text(afterRemoval), IsExecutable: true),
            ],
            time
        );
        var data = Archive.TarGz(
            [
                new("./"),
                .. Installed.Directories(files).Select(directory => new Entry($"./{directory}/")),
                .. files.Select(file => file with { Name = "./" + file.Name }),
            ],
            time
        );
        return Ar([("debian-binary", Text("2.0\n")), ("control.tar.gz", control), ("data.tar.gz", data)], time);
    }

    private static string Control(Target target, string version, Project? project, int size) =>
        $"""
            Package: {Installed.Name}
            Version: {Version(version)}
            Architecture: {Architecture(target)}
            {Owner(project)}Installed-Size: {size}
            Section: admin
            Priority: optional
            Conflicts: amazon-ecr-credential-helper
            Replaces: amazon-ecr-credential-helper
            Provides: amazon-ecr-credential-helper
            Recommends: ca-certificates
            Description: {Installed.Summary}
             One static file that signs docker, podman, skopeo, the kubelet and GitLab
             runners in to Amazon ECR with any AWS identity. It takes the place of
             amazon-ecr-credential-helper: same name, same protocol.

            """.ReplaceLineEndings("\n");

    private static string Owner(Project? project) =>
        project is null ? "" : $"Maintainer: {project.Maintainer}\nHomepage: {project.Url}\n";

    // dpkg --verify compares these. The format supports nothing newer than MD5; SHA256SUMS is what is signed.
#pragma warning disable CA5351
    private static string Sums(IEnumerable<Entry> files) =>
        string.Concat(
            files
                .Where(file => file.Content is not null)
                .Select(file => $"{Convert.ToHexStringLower(MD5.HashData(file.Content!))}  {file.Name}\n")
        );
#pragma warning restore CA5351

    private static byte[] Ar((string Name, byte[] Content)[] members, DateTimeOffset time)
    {
        using var stream = new MemoryStream();
        stream.Write("!<arch>\n"u8);
        foreach (var (name, content) in members)
        {
            stream.Write(
                Text(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{name, -16}{time.ToUnixTimeSeconds(), -12}{0, -6}{0, -6}{100644, -8}{content.Length, -10}`\n"
                    )
                )
            );
            stream.Write(content);
            if (content.Length % 2 != 0)
            {
                stream.WriteByte((byte)'\n');
            }
        }
        return stream.ToArray();
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
