using CredHelper.Errors;
using CredHelper.Setup;

namespace CredHelper.Tests.Setup;

public sealed class GivenCommandTests
{
    private static readonly GivenCommand Given = new(
        ["ecr"],
        ["setup", "gitlab-runner", "--registry", "a=b c", "--runner-config", "x.toml", "--install-to", "bin"],
        RunsAsRoot: false
    );

    [Fact]
    public void IsQuotedForAShell() =>
        Assert.Equal(
            "ecr setup gitlab-runner --registry 'a=b c' --runner-config x.toml --install-to bin",
            Given.ToString()
        );

    [Fact]
    public void AnOptionThatIsThereGetsAnotherValue() =>
        Assert.EndsWith("--install-to /opt", Given.With("--install-to", "/opt").ToString(), StringComparison.Ordinal);

    [Fact]
    public void AFlagIsAddedOnce() =>
        Assert.EndsWith("bin --yes", Given.With("--yes").With("--yes").ToString(), StringComparison.Ordinal);

    [Fact]
    public void AnOptionGoesWithItsValue() =>
        Assert.EndsWith("x.toml", Given.Without("--install-to").ToString(), StringComparison.Ordinal);

    [Fact]
    public void DoctorLooksAtTheSameRunner() =>
        Assert.Equal("ecr doctor --as gitlab-runner --runner-config x.toml host", Given.Doctor("host"));

    [Fact]
    public void RootNeedsNoSudo()
    {
        Assert.Equal("sudo rm x", Given.AsRoot("rm x"));
        GivenCommand ofRoot = Given with { RunsAsRoot = true };
        Assert.Equal("rm x", ofRoot.AsRoot("rm x"));
        Assert.Same(ofRoot, ofRoot.AsRoot());
        Assert.Equal("sudo rm x", (ofRoot with { Program = ["sudo", "ecr"] }).AsRoot("rm x"));
    }

    [Fact]
    public void WhatRootCanDoIsTheCommandWithSudo()
    {
        var denied = new HelperException(FailureKind.Configuration, "x cannot be read") { NeedsRoot = true };
        Assert.Equal("run it with sudo", denied.Hint);
        Assert.StartsWith("sudo ", Given.Explain(denied).Hint, StringComparison.Ordinal);
        Assert.EndsWith("--install-to bin", Given.Explain(denied).Hint, StringComparison.Ordinal);
        var other = new HelperException(FailureKind.Configuration, "x", "y");
        Assert.Same(other, Given.Explain(other));
    }

    [Fact]
    public void AChildKnowsTheCommandThatItWorksFor() =>
        Assert.Equal("sudo ecr setup docker", GivenCommand.Parse(["sudo", "ecr", "setup", "docker"]).ToString());
}
