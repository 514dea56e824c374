using CredHelper.Aws.Sources;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Tests.Aws.Sources;

/// <summary>Which addresses a container's variables may name.</summary>
public sealed class ContainerCredentialsTests
{
    [Theory]
    [InlineData("https://credentials.example/path")]
    [InlineData("http://127.0.0.1:51679/v1/credentials")]
    [InlineData("http://127.255.3.4/")]
    [InlineData("http://localhost:80/x")]
    [InlineData("http://[::1]/x")]
    [InlineData("http://169.254.170.2/v2/credentials/1")]
    [InlineData("http://169.254.170.23/v1/credentials")]
    [InlineData("http://[fd00:ec2::23]/v1/credentials")]
    [InlineData("http://[fd00:ec2:0:0::23]:80/v1/credentials")]
    public void MayBeOverTlsOrThisMachine(string url) =>
        Assert.Equal(new Uri(url), Of(("AWS_CONTAINER_CREDENTIALS_FULL_URI", url)));

    [Theory]
    [InlineData("http://credentials.example/path")]
    [InlineData("http://localhost.example/")]
    [InlineData("http://127.0.0.1.example/")]
    [InlineData("http://169.254.170.3/")]
    [InlineData("http://169.254.169.254/")]
    [InlineData("http://10.0.0.1/")]
    [InlineData("http://[fd00:ec2::254]/")]
    [InlineData("http://user@127.0.0.1/")]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("127.0.0.1/v1")]
    [InlineData("nonsense")]
    public void IsRefusedAnywhereElse(string url)
    {
        HelperException e = Assert.Throws<HelperException>(() => Of(("AWS_CONTAINER_CREDENTIALS_FULL_URI", url)));
        Assert.Equal(FailureKind.Configuration, e.Kind);
        Assert.NotNull(e.Hint);
    }

    [Theory]
    [InlineData("/v2/credentials/0a1b?x=y", "http://169.254.170.2/v2/credentials/0a1b?x=y")]
    [InlineData("//evil.example/x", "http://169.254.170.2//evil.example/x")]
    public void IsTheAgentsForARelativeOne(string path, string url)
    {
        Uri found = Of(
            ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", path),
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1/")
        );
        Assert.Equal(new Uri(url), found);
    }

    [Theory]
    [InlineData(".evil.example/x")]
    [InlineData("@evil.example/x")]
    [InlineData(":81/x")]
    [InlineData("9/x")]
    public void NeverLeavesTheAgent(string path) =>
        Assert.Equal(
            FailureKind.Configuration,
            Assert.Throws<HelperException>(() => Of(("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", path))).Kind
        );

    private static Uri Of(params (string Name, string Value)[] variables) =>
        ContainerCredentials.Endpoint(
            new EnvironmentSnapshot(variables.ToDictionary(variable => variable.Name, variable => variable.Value))
        );
}
