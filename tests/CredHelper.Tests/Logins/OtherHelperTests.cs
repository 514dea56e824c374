using System.Diagnostics;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Logins;
using CredHelper.Processes;
using CredHelper.Protocol;

namespace CredHelper.Tests.Logins;

/// <summary>Another credential helper, named by AWS_ECR_FALLBACK, stores the credentials of other registries.</summary>
public sealed class OtherHelperTests : IDisposable
{
    private readonly Home _home = new();

    public OtherHelperTests() => Programs.RequireLinux();

    public void Dispose() => _home.Dispose();

    private string Bin => Path.Combine(_home.Root, "bin");

    private void Install(
        string script,
        string directory = "bin",
        UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserExecute
    )
    {
        string path = _home.Write($"{directory}/docker-credential-other", "#!/bin/sh\n" + script);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
    }

    private OtherHelper Helper(params (string Name, string Value)[] variables) =>
        OtherHelper.Fallback(
            HelperContext.Start(
                _home.Environment([("PATH", Bin + ":/usr/bin:/bin"), ("AWS_ECR_FALLBACK", "other"), .. variables])
            )
        )!;

    [Fact]
    public void AnswersForItsServers()
    {
        Install(
            """[ "$1" = get ] && read s && echo '{"ServerURL":"whatever","Username":"u'$s'","Secret":"é\u00e9"}'"""
        );
        Assert.Equal(new Credential("host", "uhost", "éé"), Helper().Get("host"));
    }

    [Theory]
    [InlineData("echo 'credentials not found in native keychain'; exit 1")]
    [InlineData("""echo '{"ServerURL":"host","Username":"u","Secret":""}'""")]
    public void MayKnowNothing(string script)
    {
        Install(script);
        Assert.Null(Helper().Get("host"));
    }

    [Theory]
    [InlineData("echo 'the keyring is locked'; exit 1", "the keyring is locked")]
    [InlineData("echo 'gpg: failed' >&2; exit 2", "gpg: failed")]
    [InlineData("echo 'no JSON with s3cr3t'", "invalid credential")]
    [InlineData("true", "invalid credential")]
    public void ThatFailsIsNamed(string script, string said)
    {
        Install(script);
        HelperException failure = Assert.Throws<HelperException>(() => Helper().Get("host"));
        Assert.Contains("docker-credential-other", failure.Message, StringComparison.Ordinal);
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", failure.Message, StringComparison.Ordinal);
        Assert.NotNull(failure.Hint);
    }

    [Fact]
    public void StoresErasesAndLists()
    {
        string log = Path.Combine(_home.Root, "log");
        Install(
            $$"""
            echo "$1: $(cat)" >> {{log}}
            [ "$1" = list ] && echo '{"https://host":"user"}'
            [ "$1" = erase ] && { echo 'credentials not found in native keychain'; exit 1; }
            exit 0
            """
        );
        OtherHelper helper = Helper();
        helper.Store(new Credential("host", "u", "p"));
        helper.Erase("host");
        Assert.Equal(("https://host", "user"), Assert.Single(helper.List()));
        Assert.Equal(
            ["store: {\"ServerURL\":\"host\",\"Username\":\"u\",\"Secret\":\"p\"}", "erase: host", "list: unused"],
            File.ReadAllLines(log)
        );
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"host":5}""")]
    [InlineData("""{"host":"\ud800"}""")]
    [InlineData("nothing")]
    public void ThatListsNonsenseIsNamed(string list)
    {
        Install($"echo '{list}'");
        Assert.Equal(FailureKind.BadResponse, Assert.Throws<HelperException>(() => Helper().List()).Kind);
    }

    [Fact]
    public void NeverHasASecretInItsArguments()
    {
        Install("echo \"$0 $*\" > " + Path.Combine(_home.Root, "arguments"));
        Helper().Store(new Credential("host", "u", "s3cr3t"));
        Assert.Equal($"{Bin}/docker-credential-other store\n", File.ReadAllText(Path.Combine(_home.Root, "arguments")));
    }

    [Fact]
    public void ThatIsMissingIsAnErrorOfConfiguration() =>
        Assert.Equal(FailureKind.Configuration, Assert.Throws<HelperException>(() => Helper().Get("host")).Kind);

    [Fact]
    public void IsNotAskedByAProcessThatAHelperStarted() =>
        Assert.Null(
            OtherHelper.Fallback(
                HelperContext.Start(_home.Environment(("AWS_ECR_FALLBACK", "other"), (ChildProcess.GuardVariable, "1")))
            )
        );

    [Theory]
    [InlineData("ecr-login")]
    [InlineData("../x")]
    [InlineData("/bin/sh")]
    [InlineData("..")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    public void HasANameWithoutAPathAndIsNeverOurselves(string name) =>
        Assert.Equal(
            FailureKind.Configuration,
            Assert
                .Throws<HelperException>(() => HelperContext.Start(_home.Environment(("AWS_ECR_FALLBACK", name))))
                .Kind
        );

    [Fact]
    public void ThatHangsIsEndedWithTheDeadline()
    {
        Install("exec sleep 30");
        var watch = Stopwatch.StartNew();
        Assert.Equal(
            FailureKind.Timeout,
            Assert.Throws<HelperException>(() => Helper(("AWS_ECR_TIMEOUT", "300ms")).Get("host")).Kind
        );
        Assert.InRange(watch.ElapsedMilliseconds, 250, 5000);
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData(":{0}")]
    [InlineData("{0}:")]
    [InlineData(".:relative:../x:{0}")]
    [InlineData("/does/not/exist:{0}")]
    [InlineData("~/bin:{0}")]
    public void IsFoundInAbsoluteElementsOfThePathAlone(string path)
    {
        Install("true");
        string found = string.Format(System.Globalization.CultureInfo.InvariantCulture, path, Bin);
        Assert.Equal(
            Path.Combine(Bin, "docker-credential-other"),
            SearchPath.Find(_home.Environment(("PATH", found)), "docker-credential-other")
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData(":")]
    [InlineData("::.:")]
    [InlineData("bin")]
    public async Task IsNeverTakenFromTheCurrentDirectory(string path)
    {
        Install("echo ran > ran", directory: ".");
        Install("echo ran > ran");
        string script = $"cd {_home.Root} && PATH={path} exec {Programs.Dotnet} {Programs.Ours} get";
        ProgramRun run = await Programs.RunAsync(
            "/bin/sh",
            ["-c", script],
            _home.Environment(("AWS_ECR_FALLBACK", "other")).Variables,
            "registry.example"
        );
        Assert.Equal((1, "credentials not found in native keychain\n"), (run.ExitCode, run.Output));
        Assert.Contains("is not in PATH", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_home.Root, "ran")));
    }

    [Fact]
    public void ThatMayNotBeRunIsPassedOver()
    {
        Install("true", "first", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.CreateDirectory(Path.Combine(_home.Root, "second", "docker-credential-other"));
        Install("true");
        Assert.Equal(
            Path.Combine(Bin, "docker-credential-other"),
            SearchPath.Find(
                _home.Environment(("PATH", $"{_home.Root}/first:{_home.Root}/second:{Bin}")),
                "docker-credential-other"
            )
        );
    }
}
