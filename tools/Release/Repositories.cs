using System.Globalization;

namespace CredHelper.Release;

/// <summary>The apt and dnf repositories of a release's packages, indexed by the tools of the distributions.</summary>
internal static class Repositories
{
    private const string Suite = "stable";
    private const string Section = "main";

    private static readonly (string Program, string Package)[] Tools =
    [
        ("gpg", "gnupg"),
        ("rpmsign", "rpm"),
        ("apt-ftparchive", "apt-utils"),
        ("createrepo_c", "createrepo-c"),
    ];

    /// <summary>Names the missing tools, or null.</summary>
    public static string? Obstacle() =>
        Array.Find(Tools, tool => Tool.Find(tool.Program) is null) is { Program: { } program, Package: var package }
            ? $"needs {program}; hint: apt-get install {package}"
            : null;

    /// <param name="directory">The directory that becomes the root of the published repository.</param>
    public static void WriteApt(string directory, IReadOnlyList<Package> packages, OpenPgp key)
    {
        var pool = $"pool/{Section}/{Installed.Name[0]}/{Installed.Name}";
        Copy(packages, Path.Combine(directory, pool));
        var suite = Path.Combine(directory, "dists", Suite);
        var architectures = packages.Select(package => Deb.Architecture(package.Target)).ToList();
        foreach (var architecture in architectures)
        {
            var index = Path.Combine(suite, Section, $"binary-{architecture}", "Packages");
            Directory.CreateDirectory(Path.GetDirectoryName(index)!);
            File.WriteAllText(index, Index(directory, "--arch", architecture, "packages", pool) + "\n");
            File.WriteAllBytes(index + ".gz", Archive.Gzip(File.ReadAllBytes(index)));
        }
        var description = Index(
            directory,
            [
                .. Field("Origin", Installed.Name),
                .. Field("Label", Installed.Name),
                .. Field("Suite", Suite),
                .. Field("Codename", Suite),
                .. Field("Components", Section),
                .. Field("Architectures", string.Join(' ', architectures)),
                "release",
                $"dists/{Suite}",
            ]
        );
        var release = Path.Combine(suite, "Release");
        File.WriteAllText(release, description + "\n");
        key.SignWithin(release, Path.Combine(suite, "InRelease"));
        key.SignBeside(release, release + ".gpg");
    }

    public static void WriteDnf(string directory, IReadOnlyList<Package> packages, OpenPgp key, DateTimeOffset time)
    {
        Copy(packages, Path.Combine(directory, "Packages"));
        Tool.Read(
            "createrepo_c",
            "--quiet",
            // Older dnf cannot read zstd, the default of newer versions.
            "--general-compress-type",
            "gz",
            "--no-database",
            "--revision",
            time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            "--set-timestamp-to-revision",
            directory
        );
        var index = Path.Combine(directory, "repodata", "repomd.xml");
        key.SignBeside(index, index + ".asc");
    }

    private static void Copy(IEnumerable<Package> packages, string directory)
    {
        Directory.CreateDirectory(directory);
        foreach (var package in packages)
        {
            File.Copy(package.Path, Path.Combine(directory, Path.GetFileName(package.Path)));
        }
    }

    // Paths in an index are relative to the working directory, as on the command line.
    private static string Index(string directory, params string[] arguments) =>
        Tool.Read(
            "env",
            [
                $"--chdir={directory}",
                "apt-ftparchive",
                "-o",
                "APT::FTPArchive::MD5=no",
                "-o",
                "APT::FTPArchive::SHA1=no",
                .. arguments,
            ]
        );

    private static string[] Field(string name, string value) => ["-o", $"APT::FTPArchive::Release::{name}={value}"];
}

/// <summary>The package of a target for a distribution.</summary>
internal sealed record Package(Target Target, string Path);
