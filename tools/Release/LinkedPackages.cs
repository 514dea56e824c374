using System.Runtime.InteropServices;

namespace CredHelper.Release;

/// <summary>
/// The distribution's packages that a static program was linked with, as a file next to it, because their revisions
/// contain fixes that the version in the program does not show. A line each: <c>libssl-dev 3.0.22-1~deb12u2, debian
/// 12</c>.
/// </summary>
internal static class LinkedPackages
{
    public const string FileName = "linked-packages.txt";
    private static readonly string[] Names = ["libssl-dev", "libc6-dev"];

    /// <summary>Records the packages of a program that was just built here; nothing without dpkg.</summary>
    public static void Write(Target target, string directory)
    {
        var packages = target.Static ? Packages(target) : null;
        var path = Path.Combine(directory, FileName);
        File.Delete(path);
        if (packages is not null)
        {
            File.WriteAllLines(
                path,
                packages
                    .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Select(package => $"{package}, {Distribution()}")
            );
        }
    }

    /// <summary>The packages by name; empty if the builder recorded none.</summary>
    public static IReadOnlyDictionary<string, string> Read(string directory)
    {
        var path = Path.Combine(directory, FileName);
        return File.Exists(path)
            ? File.ReadAllLines(path).ToDictionary(line => line.Split(' ')[0])
            : new Dictionary<string, string>();
    }

    private static string? Packages(Target target)
    {
        if (target.RunsHere)
            return Tool.TryRead("dpkg-query", ["-W", "-f", "${Package} ${Version}\n", .. Names]);
        var list = Path.Combine("artifacts", "tools", target.Rid, "packages.txt");
        return File.Exists(list) ? File.ReadAllText(list) : null;
    }

    private static string Distribution()
    {
        var release = File.ReadAllLines("/etc/os-release")
            .Select(line => line.Split('=', 2))
            .Where(parts => parts.Length == 2)
            .ToDictionary(parts => parts[0], parts => parts[1].Trim('"'));
        return (
            $"{release.GetValueOrDefault("ID", RuntimeInformation.OSDescription)} "
            + $"{release.GetValueOrDefault("VERSION_ID", "")}"
        ).Trim();
    }
}
