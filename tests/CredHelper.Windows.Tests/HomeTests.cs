using CredHelper.Platform;

namespace CredHelper.Windows.Tests;

/// <summary>Where docker.exe and the AWS CLI look for their files.</summary>
public sealed class HomeTests
{
    [Fact]
    public void IsTheUserProfileAndNotHome()
    {
        var environment = new EnvironmentSnapshot([new("HOME", @"C:\git"), new("USERPROFILE", @"C:\Users\me")]);
        Assert.Equal(@"C:\Users\me", environment.Home);
        Assert.Equal(@"C:\Users\me\.docker", environment.DockerConfigDirectory);
    }

    /// <summary>Python's os.path.expanduser looks there next; Go's os.UserHomeDir does not.</summary>
    [Fact]
    public void IsOnTheHomeDriveForTheAwsCliAlone()
    {
        var environment = new EnvironmentSnapshot([new("HOMEDRIVE", "D:"), new("HOMEPATH", @"\me")]);
        Assert.Equal(@"D:\me", environment.Home);
        Assert.Null(environment.DockerConfigDirectory);
    }

    [Theory]
    [InlineData(@"~\a", @"C:\Users\me\a")]
    [InlineData("~/a", @"C:\Users\me\a")]
    [InlineData(@"~you\a", @"~you\a")]
    [InlineData(@"D:\~\a", @"D:\~\a")]
    public void IsExpanded(string path, string expanded) =>
        Assert.Equal(expanded, new EnvironmentSnapshot([new("USERPROFILE", @"C:\Users\me")]).ExpandHome(path));
}
