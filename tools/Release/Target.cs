using System.Runtime.InteropServices;

namespace CredHelper.Release;

/// <summary>A download: its system, how it is linked, and the systems that can build it.</summary>
internal sealed record Target(string Name, string Rid, bool Static, string Host)
{
    public static readonly Target[] All =
    [
        new("linux-x64", "linux-x64", true, "linux"),
        new("linux-x64-dynamic", "linux-x64", false, "linux"),
        new("linux-arm64", "linux-arm64", true, "linux"),
        new("win-x64", "win-x64", false, "windows"),
        new("osx-arm64", "osx-arm64", false, "macos"),
        new("osx-x64", "osx-x64", false, "macos"),
    ];

    public bool IsWindows => Host == "windows";

    // Static programs need nothing of a distribution, so one package fits all.
    public bool HasPackages => Static;

    public bool RunsHere =>
        RuntimeInformation.RuntimeIdentifier.StartsWith("linux", StringComparison.Ordinal)
        && Host == "linux"
        && IsFor(RuntimeInformation.OSArchitecture);

    public string FileName => IsWindows ? $"{Installed.Name}.exe" : Installed.Name;

    // Native AOT links with the tools of the target system.
    public string? Obstacle() =>
        Obstacle(
            OperatingSystem.IsOSPlatform(Host),
            RuntimeInformation.OSArchitecture,
            Directory.Exists(Path.Combine("artifacts", "tools", Rid))
        );

    /// <param name="isHost">Whether this machine runs the target's system.</param>
    /// <param name="processor">The architecture of the machine.</param>
    /// <param name="hasCrossTools">Whether the tools of scripts/cross are installed.</param>
    internal string? Obstacle(bool isHost, Architecture processor, bool hasCrossTools)
    {
        if (!isHost)
        {
            return $"needs a {Host} machine";
        }
        // Apple's and Microsoft's tools build for both architectures.
        if (Host != "linux" || IsFor(processor) || hasCrossTools)
        {
            return null;
        }
        return Rid == "linux-arm64"
            ? "needs an arm64 machine, or what scripts/cross/linux-arm64.sh makes"
            : "needs an x64 machine";
    }

    private bool IsFor(Architecture processor) => Rid.EndsWith($"-{processor}", StringComparison.OrdinalIgnoreCase);
}
