using CredHelper.Platform;

namespace CredHelper.Tests.Platform;

/// <summary>Paths that begin with the home directory.</summary>
public sealed class EnvironmentSnapshotTests
{
    [Theory]
    [InlineData("~", "/home/me/")]
    [InlineData("~/a", "/home/me/a")]
    [InlineData("$HOME/a/b", "/home/me/a/b")]
    [InlineData("${HOME}/a", "/home/me/a")]
    [InlineData("${HOME}", "/home/me/")]
    [InlineData("$HOMEWORK/a", "$HOMEWORK/a")]
    [InlineData("~you/a", "~you/a")]
    [InlineData("/x/$HOME/a", "/x/$HOME/a")]
    [InlineData("a", "a")]
    public void AreExpanded(string path, string expanded)
    {
        var environment = new EnvironmentSnapshot([new("HOME", "/home/me")]);
        Assert.Equal(expanded.TrimEnd('/'), environment.ExpandHome(path)!.TrimEnd('/'));
    }

    [Theory]
    [InlineData("~/a")]
    [InlineData("$HOME/a")]
    public void AreUnknownWithoutAHome(string path) => Assert.Null(new EnvironmentSnapshot([]).ExpandHome(path));
}
