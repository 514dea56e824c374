using CredHelper.Errors;
using CredHelper.GitLabRunner;
using CredHelper.Platform;

namespace CredHelper.Windows.Tests;

/// <summary>The Windows service of GitLab Runner.</summary>
public sealed class ServiceTests : IDisposable
{
    private const string Service = @"SYSTEM\CurrentControlSet\Services\gitlab-runner",
        Machine = @"SYSTEM\CurrentControlSet\Control\Session Manager\Environment",
        Profile = @"SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList\S-1-5-21-1";

    private readonly Place _place = new();

    public void Dispose() => _place.Dispose();

    private sealed class FakeMachine(Dictionary<string, Dictionary<string, string>> keys) : IWindowsMachine
    {
        public string SystemRoot => @"C:\Windows";

        public IReadOnlyDictionary<string, string>? Values(string key) => keys.GetValueOrDefault(key);

        public string? SidOf(string account) => account == $@"{Environment.MachineName}\runner" ? "S-1-5-21-1" : null;
    }

    [Theory]
    [InlineData("LocalSystem", @"C:\Windows\System32\config\systemprofile")]
    [InlineData(@"NT AUTHORITY\NetworkService", @"C:\Windows\ServiceProfiles\NetworkService")]
    [InlineData(@"NT AUTHORITY\Local Service", @"C:\Windows\ServiceProfiles\LocalService")]
    [InlineData(@".\runner", @"D:\Profiles\runner")]
    public void HasTheProfileOfItsAccountForAHome(string account, string home)
    {
        RunnerManager manager = Find(new() { ["ObjectName"] = account });
        Assert.Equal((account, home), (manager.Account.Value.Name, manager.Home.Value));
        Assert.Equal($@"{home}\.docker\config.json", manager.DockerConfig);
        Assert.Equal(home, manager.Environment.Value.Home);
    }

    [Fact]
    public void OfAnUnknownAccountNeedsAHome()
    {
        HelperException failure = Assert.Throws<HelperException>(() =>
            Find(new() { ["ObjectName"] = @"DOMAIN\nobody" })
        );
        Assert.Contains("--runner-home", failure.Hint, StringComparison.Ordinal);
        Assert.Equal(_place.Root, Find(new() { ["ObjectName"] = @"DOMAIN\nobody" }, _place.Root).Home.Value);
    }

    [Theory]
    [InlineData("run", "config.toml")]
    [InlineData(@"run --config ""{0}\other dir\runner.toml""", @"other dir\runner.toml")]
    [InlineData(@"run --working-directory {0} --config settings.toml", "settings.toml")]
    [InlineData("run --config none.toml", null)]
    public void ReadsTheConfigOfItsCommandLineOrDirectory(string arguments, string? config)
    {
        foreach (string name in (string[])["config.toml", @"other dir\runner.toml", "settings.toml"])
            _place.Write(name, "");
        string command =
            $@"""{_place.Root}\gitlab-runner.exe"" {arguments.Replace("{0}", _place.Root, StringComparison.Ordinal)}";
        RunnerManager manager = Find(new() { ["ImagePath"] = command });
        Assert.Equal(config is null ? null : _place.PathOf(config), manager.Config?.Value);
    }

    [Fact]
    public void HasTheEnvironmentOfTheMachineAndItsOwn()
    {
        EnvironmentSnapshot environment = Find(
            new() { ["Environment"] = "AWS_PROFILE=ci\nHTTPS_PROXY=http://p:1" }
        ).Environment.Value;
        Assert.Equal(@"C:\Windows;C:\tools", environment["PATH"]);
        Assert.Equal("ci", environment["AWS_PROFILE"]);
        Assert.Null(environment["AWS_REGION"]);
        Assert.Equal(@"C:\Windows", environment["SystemRoot"]);
    }

    private RunnerManager Find(Dictionary<string, string> service, string? home = null) =>
        WindowsRunner.FindManager(
            _place.Environment(("AWS_REGION", "eu-west-1"), ("SystemRoot", @"C:\Windows")),
            null,
            home,
            new FakeMachine(
                new()
                {
                    [Service] = service,
                    [Machine] = new() { ["Path"] = @"C:\Windows;C:\tools" },
                    [Profile] = new() { ["ProfileImagePath"] = @"D:\Profiles\runner" },
                }
            )
        );
}
