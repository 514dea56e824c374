using System.Text.Json;
using CredHelper.Diagnostics;
using CredHelper.Doctor;
using CredHelper.Processes;

namespace CredHelper.Tests.Doctor;

/// <summary>Tests that commands are printed as the caller has to type them.</summary>
public sealed class CallerTests
{
    private static readonly Account Root = new("root", 0, 0, "/root"),
        Runner = new("gitlab-runner", 999, 999, "/home/gitlab-runner");

    [Theory]
    [InlineData(1000u, true, "sudo -H -u gitlab-runner aws sso login", "sudo -H aws sso login", "sudo rm x")]
    [InlineData(0u, true, "sudo -H -u gitlab-runner aws sso login", "aws sso login", "sudo rm x")]
    [InlineData(0u, false, "runuser -u gitlab-runner -- aws sso login", "aws sso login", "rm x")]
    [InlineData(999u, true, "aws sso login", "sudo -H aws sso login", "sudo rm x")]
    public void ActAsTheUserWhoLacksSomething(uint uid, bool needsSudo, string ofRunner, string ofRoot, string asRoot)
    {
        var caller = new Caller(uid, "/home/me", null, needsSudo, []);

        Assert.Equal(ofRunner, caller.As(Runner, [], "aws sso login"));
        Assert.Equal(ofRoot, caller.As(Root, [], "aws sso login"));
        Assert.Equal(asRoot, caller.AsRoot("rm x"));
    }

    [Fact]
    public void SetTheVariablesThatTheUserLacks() =>
        Assert.Equal(
            "sudo -H -u gitlab-runner env HOME=/srv/runner 'A=b c' aws configure",
            new Caller(0, "/root", null, NeedsSudo: true, []).As(Runner, ["HOME=/srv/runner", "A=b c"], "aws configure")
        );

    [Fact]
    public void IsTheSameBehindTheProcessBoundary()
    {
        var caller = new Caller(1000, null, "me", NeedsSudo: true, ["--runner-home", "/x"])
        {
            FilesOfSudoUser = [".aws/config"],
        };

        using JsonDocument document = JsonDocument.Parse(JsonOutput.Format(caller.Write));
        Caller parsed = Caller.Parse(document.RootElement);

        Assert.Equal(JsonOutput.Format(caller.Write), JsonOutput.Format(parsed.Write));
    }
}
