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
        Assert.Null(ProgramObstacle.Of(WithPath(Path.GetDirectoryName(path)!)));
        Assert.Null(ProgramObstacle.Of(WithPath(Path.GetDirectoryName(path)!), _home.Root));
    }

    [Fact]
    public void TheRemedyNamesADirectoryOfThePath()
    {
        string bin = Directory.CreateDirectory(Path.Combine(_home.Root, "bin")).FullName;
        Obstacle? obstacle = ProgramObstacle.Of(WithPath($"/nowhere:{bin}"));
        Assert.Equal($"docker-credential-ecr-login is not on the PATH (/nowhere:{bin})", obstacle?.Problem);
        Assert.Equal($"add --install-to {bin}", obstacle?.Hint);
        Assert.Null(ProgramObstacle.Of(WithPath($"/nowhere:{bin}"), bin + "/"));
    }

    [Fact]
    public void AnInstallationBesideThePathIsOne()
    {
        string bin = Directory.CreateDirectory(Path.Combine(_home.Root, "bin")).FullName;
        Obstacle? obstacle = ProgramObstacle.Of(WithPath(bin), _home.Root);
        Assert.Equal($"{_home.Root} is not on the PATH ({bin})", obstacle?.Problem);
        Assert.Equal($"add --install-to {bin}", obstacle?.Hint);
    }

    [Fact]
    public void WithoutAnyDirectoryThePathItselfIsToBeChanged() =>
        Assert.Equal(
            "add /usr/local/bin to that PATH, and --install-to /usr/local/bin to this command",
            ProgramObstacle.Of(WithPath("/nowhere"))?.Hint
        );

    public void Dispose() => _home.Dispose();

    private EnvironmentSnapshot WithPath(string path) => _home.Environment(("PATH", path));
}
