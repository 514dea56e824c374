namespace CredHelper.Release.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void TargetsAddUp() =>
        Assert.Equal(
            ["win-x64", "osx-x64", "linux-x64"],
            Options
                .Parse(["--target", "win-x64,osx-x64", "--target", "linux-x64"])
                .Targets.Select(target => target.Name)
        );

    [Fact]
    public void WithoutTargetsAllAreMeantAndSomeMayBeLeftOut()
    {
        var options = Options.Parse([]);
        Assert.False(options.Asked);
        Assert.Equal(Target.All, options.Targets);
    }

    [Fact]
    public void WhatWasBuiltElsewhereIsNotBuiltAgain() =>
        Assert.Throws<ReleaseException>(() => Options.Parse(["--build-only", "--from", "gathered"]));

    [Theory]
    [InlineData("--target")]
    [InlineData("--from")]
    [InlineData("--unheard")]
    [InlineData("word")]
    public void WhatIsNotUnderstoodIsRefused(string argument) =>
        Assert.Throws<ReleaseException>(() => Options.Parse([argument]));
}
