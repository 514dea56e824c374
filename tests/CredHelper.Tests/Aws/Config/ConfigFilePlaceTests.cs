using System.Diagnostics;
using CredHelper.Aws.Config;
using CredHelper.Errors;

namespace CredHelper.Tests.Aws.Config;

/// <summary>Paths that do not refer to an ordinary, readable, small file.</summary>
public sealed class ConfigFilePlaceTests : IDisposable
{
    private readonly AwsHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void IsEmptyWhereItIsMissing()
    {
        Assert.Empty(_home.Load().Names);
        Assert.Empty(
            _home.Load(("AWS_CONFIG_FILE", "/nowhere/config"), ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null/x")).Names
        );
    }

    [Fact]
    public void IsEmptyWhereItIsDevNull() =>
        Assert.Empty(_home.Load(("AWS_CONFIG_FILE", "/dev/null"), ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")).Names);

    [Fact]
    public void IsEmptyWithoutAHome()
    {
        AwsProfiles profiles = AwsProfiles.Load(
            new(new Dictionary<string, string> { ["AWS_CONFIG_FILE"] = "~/config" })
        );
        Assert.Empty(profiles.Names);
        Assert.Equal("~/config", profiles.ConfigPath);
        Assert.Equal("~/.aws/credentials", profiles.CredentialsPath);
    }

    [Fact]
    public void IsFoundBelowTheHome()
    {
        File.WriteAllText(Path.Combine(_home.Root, "elsewhere"), "[profile a]\nregion = eu-west-1\n");
        AwsProfiles profiles = _home.Load(("AWS_CONFIG_FILE", "~/elsewhere"));
        Assert.Equal(Path.Combine(_home.Root, "elsewhere"), profiles.ConfigPath);
        Assert.Equal(["a"], profiles.Names);
    }

    [Fact]
    public void IsReadThroughALink()
    {
        File.WriteAllText(Path.Combine(_home.Root, "real"), "[default]\nregion = eu-west-1\n");
        File.CreateSymbolicLink(_home.ConfigPath, Path.Combine(_home.Root, "real"));
        Assert.Equal("eu-west-1", _home.Resolve().Region);
    }

    [Fact]
    public void IsMissingIfItIsADirectory()
    {
        Directory.CreateDirectory(_home.ConfigPath);
        Assert.Equal([$"{_home.ConfigPath} is a directory"], _home.Load().Absent);
    }

    [Fact]
    public void IsRefusedAsAFifoWithoutBlocking()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("FIFOs are recognized on Linux");
        using (Process mkfifo = Process.Start("/usr/bin/mkfifo", [_home.CredentialsPath]))
            mkfifo.WaitForExit();
        HelperException e = _home.Refusal();
        Assert.Equal($"{_home.CredentialsPath} is not a regular file", e.Message);
        Assert.Contains("AWS_SHARED_CREDENTIALS_FILE", e.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void IsRefusedAsADevice() =>
        Assert.Equal("/dev/zero is not a regular file", _home.Refusal(("AWS_CONFIG_FILE", "/dev/zero")).Message);

    [Fact]
    public void IsRefusedWhereItIsTooLong()
    {
        File.WriteAllText(_home.ConfigPath, new string('#', 16 * 1024 * 1024));
        Assert.Null(_home.Resolve().Region);
        File.AppendAllText(_home.ConfigPath, "\n");
        Assert.Equal($"{_home.ConfigPath} is longer than 16 MiB", _home.Refusal().Message);
    }

    [Fact]
    public void IsRefusedWhereItCannotBeRead()
    {
        string loop = Path.Combine(_home.Root, "loop");
        File.CreateSymbolicLink(loop, loop);
        Assert.Equal($"{loop} cannot be read", _home.Refusal(("AWS_CONFIG_FILE", loop)).Message);
    }

    [Fact]
    public void IsRefusedWhereItsModeForbidsReading()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root reads every file");
        if (OperatingSystem.IsWindows())
            return;
        File.WriteAllText(_home.ConfigPath, "");
        File.SetUnixFileMode(_home.ConfigPath, UnixFileMode.None);
        Assert.Equal($"{_home.ConfigPath} cannot be read", _home.Refusal().Message);
    }

    [Fact]
    public void IsEmptyInAHomeThatIsClosedToUs()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root enters every directory");
        if (OperatingSystem.IsWindows())
            return;
        File.WriteAllText(_home.ConfigPath, "[default]\nregion = eu-west-1\n");
        string folder = Path.GetDirectoryName(_home.ConfigPath)!;
        File.SetUnixFileMode(folder, UnixFileMode.None);
        try
        {
            Assert.Null(_home.Resolve().Region);
            Assert.Equal(
                $"{_home.ConfigPath} cannot be read",
                _home.Refusal(("AWS_CONFIG_FILE", _home.ConfigPath)).Message
            );
        }
        finally
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void IsNamedWithoutControlCharacters()
    {
        string path = Path.Combine(_home.Root, "a\u001b[2J\nb");
        Directory.CreateDirectory(path);
        Assert.EndsWith(
            "/a?[2J?b, which is a directory",
            Assert.Single(_home.Load(("AWS_CONFIG_FILE", path)).Absent),
            StringComparison.Ordinal
        );
    }
}
