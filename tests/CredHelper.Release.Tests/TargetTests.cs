using System.Runtime.InteropServices;

namespace CredHelper.Release.Tests;

/// <summary>What can be built where.</summary>
public sealed class TargetTests
{
    [Theory]
    [InlineData("linux-x64", Architecture.X64)]
    [InlineData("linux-arm64", Architecture.Arm64)]
    public void ALinuxMachineBuildsForItself(string name, Architecture processor) =>
        Assert.Null(Obstacle(name, processor, hasCrossTools: false));

    [Fact]
    public void AnotherProcessorNeedsItsTools()
    {
        Assert.Contains(
            "scripts/cross/linux-arm64.sh",
            Obstacle("linux-arm64", Architecture.X64, hasCrossTools: false),
            StringComparison.Ordinal
        );
        Assert.Null(Obstacle("linux-arm64", Architecture.X64, hasCrossTools: true));
        Assert.Equal("needs an x64 machine", Obstacle("linux-x64", Architecture.Arm64, hasCrossTools: false));
    }

    [Fact]
    public void AnotherSystemNeedsItsMachine() =>
        Assert.Equal(
            "needs a macos machine",
            Named("osx-arm64").Obstacle(isHost: false, Architecture.Arm64, hasCrossTools: false)
        );

    [Theory]
    [InlineData("osx-x64", Architecture.Arm64)]
    [InlineData("osx-arm64", Architecture.X64)]
    [InlineData("win-x64", Architecture.Arm64)]
    public void ApplesAndMicrosoftsToolsAreForBothProcessors(string name, Architecture processor) =>
        Assert.Null(Obstacle(name, processor, hasCrossTools: false));

    private static string? Obstacle(string name, Architecture processor, bool hasCrossTools) =>
        Named(name).Obstacle(isHost: true, processor, hasCrossTools);

    private static Target Named(string name) => Array.Find(Target.All, target => target.Name == name)!;
}
