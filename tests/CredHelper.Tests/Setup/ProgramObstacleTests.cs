using CredHelper.Platform;
using CredHelper.Setup;

namespace CredHelper.Tests.Setup;

public sealed class ProgramObstacleTests : IDisposable
{
    private readonly Home _home = new();

    [Fact]
    public void AProgramOnThePathIsNone()
    {
        string path = _home.Write("bin/docker-credential-ecr-login", "");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Null(ProgramObstacle.Of(WithPath(Path.GetDirectoryName(path)!), Modes.Command));
        Assert.Null(ProgramObstacle.Of(WithPath(Path.GetDirectoryName(path)!), Modes.Command, _home.Root));
    }

    [Fact]
    public void TheRemedyNamesADirectoryOfThePath()
    {
        string bin = Directory.CreateDirectory(Path.Combine(_home.Root, "bin")).FullName;
        Obstacle? obstacle = ProgramObstacle.Of(WithPath($"/nowhere:{bin}"), Modes.Command);
        Assert.Equal($"docker-credential-ecr-login is not on the PATH (/nowhere:{bin})", obstacle?.Problem);
        Assert.Equal($"{Modes.Command} --install-to {bin}", Remedy(obstacle));
        Assert.Null(ProgramObstacle.Of(WithPath($"/nowhere:{bin}"), Modes.Command, bin + "/"));
    }

    [Fact]
    public void AnInstallationBesideThePathIsOne()
    {
        string bin = Directory.CreateDirectory(Path.Combine(_home.Root, "bin")).FullName;
        Obstacle? obstacle = ProgramObstacle.Of(WithPath(bin), Modes.Command, _home.Root);
        Assert.Equal($"{_home.Root} is not on the PATH ({bin})", obstacle?.Problem);
        Assert.Equal($"{Modes.Command} --install-to {bin}", Remedy(obstacle));
    }

    [Fact]
    public void WithoutAnyDirectoryThePathItselfIsToBeChanged() =>
        Assert.Equal(
            $"add /usr/local/bin to that PATH; then: {Modes.Command} --install-to /usr/local/bin",
            Remedy(ProgramObstacle.Of(WithPath("/nowhere"), Modes.Command))
        );

    public void Dispose() => _home.Dispose();

    private static string Remedy(Obstacle? obstacle) => Obstacle.Remedy([obstacle!], Modes.Command);

    private EnvironmentSnapshot WithPath(string path) => _home.Environment(("PATH", path));
}
