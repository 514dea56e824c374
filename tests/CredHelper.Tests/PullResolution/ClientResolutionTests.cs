using CredHelper.Platform;
using CredHelper.PullResolution;

namespace CredHelper.Tests.PullResolution;

/// <summary>Which credentials an image is pulled with, by the rules of GitLab Runner, docker and podman.</summary>
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
        var resolution = new RunnerResolution(
            new RunnerSources(
                Named(one.Variable),
                one.Home is { } text ? ("home", Named(text)!) : null,
                one.Payload is { } host ? [new PayloadCredential(Named(host)!, "gitlab-ci-token")] : []
            ),
            Runs
        );
        ImageResolution image = resolution.For(Named(one.Image)!);
        string actual =
            image.FatalReason is not null ? "fatal"
            : image.Used is not { } used ? "none"
            : $"{Short(used.Source)} {used.Key}{(used.Outcome == Outcome.Empty ? " (empty)" : "")}";
        Assert.Equal(
            (Named(one.Expected)!, one.Dropped),
            (actual, string.Join(" ", image.Dropped.Select(dropped => Short(dropped.Source))))
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
    [InlineData("E/app", "{nonsense", "fatal")]
    [InlineData("nginx", """{"auths":{"https://index.docker.io/v1/":{"auth":"dXNlcjpwYXNz"}}}""", "static")]
    [InlineData("E/app", null, "none")]
    public void IsPulledByDockerWith(string image, string? config, string expected)
    {
        Programs.RequireLinux();
        Assert.Equal(
            expected,
            Told(ClientResolution.Docker(Named(image)!, config is null ? null : ("file", Named(config)!), null, Runs))
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
    [InlineData("E/app", """{"auths":{"E":{"auth":"dXNlcjpwYXNz"}},"credHelpers":{"E":"nf"}}""", "", "static")]
    [InlineData("E/app", "{}", "good", "good")]
    [InlineData("E/app", "{}", "fails", "fatal")]
    [InlineData("E/app", """{"credHelpers":{"E":"gone"}}""", "", "fatal")]
    public void IsPulledByPodmanWith(string image, string config, string helper, string expected)
    {
        Programs.RequireLinux();
        string[] order = helper.Length == 0 ? ["containers-auth.json"] : ["containers-auth.json", helper];
        Assert.Equal(expected, Told(ClientResolution.Podman(Named(image)!, [("file", Named(config)!)], order, Runs)));
    }

    [Fact]
    public void IsPulledByPodmanWithTheLongestPath()
    {
        ImageResolution image = ClientResolution.Podman(
            "r.example/team/app",
            [("f", """{"auths":{"r.example":{"auth":"YTpi"},"r.example/team":{"auth":"dGVhbTpi"}}}""")],
            ["containers-auth.json"],
            Runs
        );
        Assert.Equal("team", image.Used!.Username);
    }

    public void Dispose() => _home.Dispose();

    private HelperRuns Runs =>
        new(new EnvironmentSnapshot(new Dictionary<string, string> { ["PATH"] = $"{_home.Root}/bin:/usr/bin:/bin" }));

    private static string Told(ImageResolution image) =>
        image.FatalReason is not null ? "fatal"
        : image.Used is not { } used ? "none"
        : used.Helper ?? "static";

    /// <summary>E stands for an ECR host wherever it is a word of its own.</summary>
    private static string? Named(string? text) =>
        text is null
            ? null
            : System.Text.RegularExpressions.Regex.Replace(text, @"(?<![A-Za-z0-9.])E(?![A-Za-z0-9.:=X])", Sample.Host);

    private static string Short(string source) =>
        source switch
        {
            RunnerSources.VariableName => "var",
            RunnerSources.PayloadName => "job",
            _ => "home",
        };

    private void Helper(string name, string body)
    {
        string path = _home.Write($"bin/docker-credential-{name}", $"#!/bin/sh\n{body}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
