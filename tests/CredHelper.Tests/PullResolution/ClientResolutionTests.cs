using CredHelper.Platform;
using CredHelper.PullResolution;

namespace CredHelper.Tests.PullResolution;

/// <summary>Tests which credentials GitLab Runner, docker and podman use to pull an image.</summary>
public sealed class ClientResolutionTests : IDisposable
{
    private const string Good = """echo '{"ServerURL":"x","Username":"AWS","Secret":"s"}'""",
        NotFound = "echo credentials not found in native keychain; exit 1";
    private readonly Home _home = new();

    public ClientResolutionTests()
    {
        Helper("good", $"[ $1 = list ] && echo '{{\"https://{Sample.Host}\":\"AWS\"}}' || {Good}");
        Helper("nf", $"[ $1 = list ] && echo '{{\"https://{Sample.Host}\":\"AWS\"}}' && exit 0; {NotFound}");
        Helper("fails", "echo no bus; exit 1");
        Helper("empty", """echo '{"ServerURL":"x","Username":"","Secret":""}'""");
        Helper(
            "half",
            $"[ $1 = list ] && echo '{{\"https://{Sample.Host}\":\"AWS\",\"https://other\":\"x\"}}' && exit "
                + $"0; read host; [ $host = https://other ] && echo locked && exit 1; {Good}"
        );
    }

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, RunnerCases.All.Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void IsPulledByTheRunnerWith(int number)
    {
        Programs.RequireLinux();
        RunnerCase one = RunnerCases.All[number];
        var home = new Dictionary<string, string> { ["HOME"] = Path.Combine(_home.Root, "manager") };
        if (one.Home is { } text)
            _home.Write("manager/.docker/config.json", Named(text)!);
        var resolution = new RunnerResolution(
            ClientConfigs.OfRunner(new EnvironmentSnapshot(home), Named(one.Variable)),
            Runs,
            one.Payload is { } host ? [new PayloadCredential(Named(host)!, "gitlab-ci-token")] : []
        );
        ImageResolution image = resolution.For(Named(one.Image)!);
        Assert.Equal(
            (Named(one.Expected)!, one.Dropped),
            (Outcome(image), string.Join(" ", image.Dropped.Select(dropped => Short(dropped.Source))))
        );
        Assert.All(
            image.Dropped,
            dropped => Assert.Equal(Short(dropped.Source) == "var" ? "job log" : "nobody", dropped.SaidBy)
        );
    }

    [Theory]
    [InlineData("E/app", """{"credHelpers":{"E":"good"}}""", "good")]
    [InlineData("E/app", """{"credsStore":"good"}""", "good")]
    [InlineData("E/app", """{"credsStore":"good","credHelpers":{"E":""}}""", "none")]
    [InlineData("E/app", """{"auths":{"https://E/v1/":{"auth":"dXNlcjpwYXNz"}}}""", "static")]
    [InlineData("E/app", """{"auths":{"E/app":{"auth":"dXNlcjpwYXNz"}}}""", "static")]
    [InlineData("E/app", """{"auths":{"E":{"auth":"dXNlcjpwYXNz"}},"credsStore":"nf"}""", "none")]
    [InlineData("E/app", """{"credHelpers":{"E":"nf"},"credsStore":"good"}""", "none")]
    [InlineData("E/app", """{"credHelpers":{"E":"fails"}}""", "fatal")]
    [InlineData("E/app", """{"credHelpers":{"E":"gone"}}""", "fatal")]
    [InlineData("E/app", "{nonsense", "none")]
    [InlineData("nginx", """{"auths":{"https://index.docker.io/v1/":{"auth":"dXNlcjpwYXNz"}}}""", "static")]
    [InlineData("E/app", null, "none")]
    public void IsPulledByDockerWith(string image, string? config, string expected)
    {
        Programs.RequireLinux();
        if (config is not null)
            _home.Write(".docker/config.json", Named(config)!);
        Assert.Equal(
            expected,
            Told(new DockerResolution(ClientConfigs.OfDocker(Environment), Runs).For(Named(image)!))
        );
    }

    [Theory]
    [InlineData("E/app", """{"credHelpers":{"E":"good"}}""", "", "good")]
    [InlineData("E/app", """{"credsStore":"good"}""", "", "none")]
    [InlineData(
        "E/team/app",
        """{"auths":{"E":{"auth":"dXNlcjpwYXNz"},"E/team":{"auth":"dGVhbTpwYXNz"}}}""",
        "",
        "static"
    )]
    [InlineData("E/app", """{"auths":{"E":{"auth":"dXNlcjpwYXNz"}},"credHelpers":{"E":"nf"}}""", "", "none")]
    [InlineData("E/app", "{}", "good", "good")]
    [InlineData("E/app", "{}", "fails", "fatal")]
    [InlineData("E/app", """{"credHelpers":{"E":"gone"}}""", "", "fatal")]
    public void IsPulledByPodmanWith(string image, string config, string helper, string expected)
    {
        Programs.RequireLinux();
        _home.Write(".config/containers/auth.json", Named(config)!);
        _home.Write(
            ".config/containers/registries.conf",
            helper.Length == 0 ? "" : $"credential-helpers = ['containers-auth.json', '{helper}']\n"
        );
        Assert.Equal(
            expected,
            Told(new PodmanResolution(ClientConfigs.OfPodman(Environment), Runs).For(Named(image)!))
        );
    }

    [Fact]
    public void IsPulledByPodmanWithTheLongestPath()
    {
        _home.Write(
            ".config/containers/auth.json",
            """{"auths":{"r.example":{"auth":"YTpi"},"r.example/team":{"auth":"dGVhbTpi"}}}"""
        );
        ImageResolution image = new PodmanResolution(ClientConfigs.OfPodman(Environment), Runs).For(
            "r.example/team/app"
        );
        Assert.Equal("team", image.Used!.Username);
    }

    public void Dispose() => _home.Dispose();

    private EnvironmentSnapshot Environment =>
        new(
            new Dictionary<string, string>
            {
                ["HOME"] = _home.Root,
                ["XDG_RUNTIME_DIR"] = Path.Combine(_home.Root, "run"),
                ["PATH"] = $"{_home.Root}/bin:/usr/bin:/bin",
            }
        );

    private HelperRuns Runs => new(Environment);

    private static string Told(ImageResolution image)
    {
        if (image.FatalReason is not null)
            return "fatal";
        return image.Used is { } used ? used.Helper ?? "static" : "none";
    }

    private static string Outcome(ImageResolution image)
    {
        if (image.FatalReason is not null)
            return "fatal";
        return image.Used is { } used ? $"{Short(used.Source)} {used.Key}{(used.IsUsable ? "" : " (empty)")}" : "none";
    }

    /// <summary>Replaces E with an ECR host if it is a separate word.</summary>
    private static string? Named(string? text) =>
        text is null
            ? null
            : System.Text.RegularExpressions.Regex.Replace(text, @"(?<![A-Za-z0-9.])E(?![A-Za-z0-9.:=X])", Sample.Host);

    private static string Short(string source) =>
        source switch
        {
            ConfigSource.Variable => "var",
            PayloadCredential.SourceName => "job",
            _ => "home",
        };

    private void Helper(string name, string body)
    {
        string path = _home.Write($"bin/docker-credential-{name}", $"#!/bin/sh\n{body}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
