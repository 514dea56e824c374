using CredHelper.Aws.Sources;
using CredHelper.Configuration;
using CredHelper.Errors;

namespace CredHelper.Tests.Aws.Sources;

/// <summary>What is planned without a request. The scenario explain/what-get-refuses compares it with get.</summary>
public sealed class CredentialPlannerTests : IAsyncDisposable
{
    private const string Role = "role_arn = arn:aws:iam::123456789012:role/pull\n";
    private const string Keys = "aws_access_key_id = AKIDEXAMPLE000000001\naws_secret_access_key = secret\n";
    private SignedInHome? _home;

    public async ValueTask DisposeAsync()
    {
        if (_home is not null)
            await _home.DisposeAsync();
    }

    [Fact]
    public async Task DescribesAChainOfRoles()
    {
        string config =
            $"[default]\n{Role}source_profile = a\n[profile a]\n{Role}source_profile = b\n[profile b]\n{Keys}";
        Assert.Equal(
            "role arn:aws:iam::123456789012:role/pull of profile 'default' by role "
                + "arn:aws:iam::123456789012:role/pull of profile 'a' by access key of profile 'b'",
            await DescribeAsync(config, IdentityChoice.Ambient)
        );
        Assert.Empty(_home!.Emulator.Calls);
    }

    [Fact]
    public async Task PutsARoleOfTheRegistryOnTop() =>
        Assert.Equal(
            "role arn:aws:iam::210987654321:role/other by access key of profile 'b'",
            await DescribeAsync(
                $"[profile b]\n{Keys}",
                new IdentityChoice("the test") { Profile = "b", RoleArn = "arn:aws:iam::210987654321:role/other" }
            )
        );

    [Fact]
    public async Task NamesWhatNamedAProfileThatIsNotThere()
    {
        HelperException exception = await Assert.ThrowsAsync<HelperException>(() =>
            DescribeAsync("", new IdentityChoice("[*] (map:1)") { Profile = "gone" })
        );
        Assert.EndsWith("(named by [*] (map:1))", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Environment", "credential_source = Environment has no credentials: AWS_ACCESS_KEY_ID is not set")]
    [InlineData("Ec2", "credential_source 'Ec2' is not known")]
    public async Task RefusesASourceThatDoesNotApply(string source, string message)
    {
        HelperException exception = await Assert.ThrowsAsync<HelperException>(() =>
            DescribeAsync("", new IdentityChoice("the test") { CredentialSource = source })
        );
        Assert.Equal(message, exception.Message);
    }

    private async Task<string> DescribeAsync(string config, IdentityChoice choice)
    {
        _home = await SignedInHome.StartAsync(config);
        return new CredentialPlanner(_home.Setup()).Plan(choice).Describe();
    }
}
