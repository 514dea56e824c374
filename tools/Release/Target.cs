using System.Runtime.InteropServices;

namespace CredHelper.Release;

/// <summary>One thing a user downloads: for which system, linked how, and on what it is built.</summary>
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

    // Static programs need nothing of a distribution, so that one package serves all.
    public bool HasPackages => Static;

    public bool RunsHere => RuntimeInformation.RuntimeIdentifier.StartsWith("linux", StringComparison.Ordinal) && Host == "linux"
        && Rid.EndsWith(RuntimeInformation.OSArchitecture.ToString(), StringComparison.OrdinalIgnoreCase);

    public string FileName => IsWindows ? "docker-credential-ecr-login.exe" : "docker-credential-ecr-login";

    // Native AOT links with the tools of the system it is for.
    public string? Obstacle()
    {
        if (!OperatingSystem.IsOSPlatform(Host))
        {
            return $"needs a {Host} machine";
        }
        var isForeign = Rid == "linux-arm64" && RuntimeInformation.OSArchitecture
            != Architecture.Arm64;
        return isForeign && !File.Exists("/usr/lib/aarch64-linux-gnu/libcrypto.a") ? "needs libssl-dev:arm64" : null;
    }
}
