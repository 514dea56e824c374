using CredHelper.Protocol;

namespace CredHelper.Tests.Protocol;

/// <summary>The base64 of user:password.</summary>
public sealed class BasicCredentialTests
{
    [Theory]
    [InlineData("dXNlcjpwYXNz", "user", "pass")]
    [InlineData("dTphOmI6Yw==", "u", "a:b:c")]
    [InlineData("OnBhc3M=", "", "pass")]
    [InlineData("dXNlcjo=", "user", "")]
    [InlineData("dXNl\r\ncjpwYXNz\n", "user", "pass")]
    [InlineData("dTphOmI6Yx==", "u", "a:b:c")]
    public void IsSplitAtTheFirstColon(string text, string user, string password)
    {
        BasicCredential? credential = BasicCredential.Parse(text, out string? problem);
        Assert.Equal(new BasicCredential(user, password), credential);
        Assert.Null(problem);
    }

    [Theory]
    [InlineData("%%%", "is not base64")]
    [InlineData("dXNlcjpwYXNz ", "is not base64")]
    [InlineData("dXNl\tcjpwYXNz", "is not base64")]
    [InlineData("dXNlcjo", "is not base64")]
    [InlineData("dXNlcjpwYXNz\u00a0", "is not base64")]
    [InlineData("dXNlcg==", "is not the base64 of user:password")]
    [InlineData("", "is not the base64 of user:password")]
    public void IsRefusedWithoutBeingRepeated(string text, string expected)
    {
        Assert.Null(BasicCredential.Parse(text, out string? problem));
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void IsWrittenAsItIsRead()
    {
        var credential = new BasicCredential("Aß", "a:b");
        Assert.Equal(credential, BasicCredential.Parse(credential.ToBase64(), out _));
        Assert.DoesNotContain("a:b", credential.ToString(), StringComparison.Ordinal);
    }
}
