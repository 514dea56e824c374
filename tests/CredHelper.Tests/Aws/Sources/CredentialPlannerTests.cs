using CredHelper.Aws.Sources;
using CredHelper.Configuration;
using CredHelper.Errors;

namespace CredHelper.Tests.Aws.Sources;

/// <summary>
/// Which source is chosen without a request. The scenario explain/what-get-refuses compares it with get.
/// </summary>
public sealed class CredentialPlannerTests : IAsyncDisposable
{
    private const string Role = "role_arn = arn:aws:iam::123456789012:role/pull\n";
    private const string Keys = "aws_access_key_id = AKIDEXAMPLE000000001\naws_secret_access_key = secret\n";
    private const string Chained = "[default]\n" + Role + "source_profile = a\n";
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
            "role arn:aws:iam::123456789012:role/pull of profile 'default' via role "
                + "arn:aws:iam::123456789012:role/pull of profile 'a' via access key of profile 'b'",
            await DescribeAsync(config, IdentityChoice.Ambient)
        );
        Assert.Empty(_home!.Emulator.Calls);
    }

    [Fact]
    public async Task PutsARoleOfTheRegistryOnTop() =>
        Assert.Equal(
            "role arn:aws:iam::210987654321:role/other via access key of profile 'b'",
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
    [InlineData("Ec2", "credential_source 'Ec2' is not a valid value")]
    public async Task RefusesASourceThatDoesNotApply(string source, string message)
    {
        HelperException exception = await Assert.ThrowsAsync<HelperException>(() =>
            DescribeAsync("", new IdentityChoice("the test") { CredentialSource = source })
        );
        Assert.Equal(message, exception.Message);
    }

    [Theory]
    [InlineData(
        Chained + "mfa_serial = arn:aws:iam::1:mfa/me\n[profile a]\n" + Keys,
        "profile 'default' requires an MFA code, which cannot be entered through docker, and the AWS CLI has "
            + "no session for it"
    )]
    [InlineData(
        Chained + "[profile a]\n" + Role + "source_profile = default\n",
        "profile 'a' is part of a loop of source_profile: default -> a -> default"
    )]
    [InlineData(
        Chained + "[profile a]\n" + Role + "source_profile = b\n[profile b]\n" + Role + "source_profile = a\n",
        "profile 'b' is part of a loop of source_profile: default -> a -> b -> a"
    )]
    [InlineData(
        Chained + "credential_source = Environment\n[profile a]\n" + Keys,
        "profile 'default' has both source_profile and credential_source"
    )]
    [InlineData(
        "[default]\nsso_start_url = https://s\nsso_account_id = 123456789012\nsso_role_name = Admin\n",
        "profile 'default' uses SSO but has no sso_region"
    )]
    [InlineData(
        "[default]\nweb_identity_token_file = token\n",
        "profile 'default' has web_identity_token_file but no role_arn"
    )]
    [InlineData(
        "[default]\naws_access_key_id = AKIDEXAMPLE000000001\n",
        "profile 'default' has no aws_secret_access_key"
    )]
    public Task RefusesAnIncompleteProfile(string config, string message) => AssertRefusedAsync(config, message);

    [Fact]
    public Task RefusesAnSsoSessionThatIsNotThere() =>
        AssertRefusedAsync(
            "[default]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Admin\n",
            "names a session that does not exist"
        );

    [Fact]
    public Task PassesOverABlankRole() =>
        AssertRefusedAsync(
            "",
            "no web identity (AWS_WEB_IDENTITY_TOKEN_FILE is set but AWS_ROLE_ARN is not)",
            ("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere/token"),
            ("AWS_ROLE_ARN", " "),
            ("AWS_EC2_METADATA_DISABLED", "true")
        );

    [Fact]
    public Task RefusesAnEndpointOfStsThatIsNotAUrl() =>
        AssertRefusedAsync(
            Chained + "[profile a]\n" + Keys,
            "AWS_ENDPOINT_URL_STS is not an absolute http or https URL",
            ("AWS_ENDPOINT_URL_STS", "sts.local")
        );

    [Fact]
    public async Task RefusesAnEndpointOfStsForWebIdentity()
    {
        _home = await SignedInHome.StartAsync();
        await AssertRefusedAtHomeAsync(
            "AWS_ENDPOINT_URL_STS is not an absolute http or https URL",
            ("AWS_WEB_IDENTITY_TOKEN_FILE", _home.Write("token", "a.b.c")),
            ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pull"),
            ("AWS_ENDPOINT_URL_STS", "sts.local")
        );
    }

    [Fact]
    public async Task RefusesAnEndpointOfSsoThatIsNotAUrl()
    {
        _home = await SignedInHome.StartAsync(
            "[default]\nsso_start_url = https://s\nsso_region = eu-west-1\nsso_account_id = 123456789012\n"
                + "sso_role_name = Admin\n"
        );
        // The AWS CLI names the file after the SHA-1 of the start URL.
        _home.Write(
            ".aws/sso/cache/9ea3c043881f6bad486147713ae23b0b566d0360.json",
            """{"accessToken":"t","expiresAt":"2099-01-01T00:00:00Z"}"""
        );
        await AssertRefusedAtHomeAsync(
            "AWS_ENDPOINT_URL_SSO is not an absolute http or https URL",
            ("AWS_ENDPOINT_URL_SSO", "sso.local")
        );
    }

    private async Task AssertRefusedAsync(string config, string message, params (string Name, string Value)[] variables)
    {
        _home = await SignedInHome.StartAsync(config);
        await AssertRefusedAtHomeAsync(message, variables);
    }

    /// <summary>Describing and resolving the source fail in the same way, before any request.</summary>
    private async Task AssertRefusedAtHomeAsync(string message, params (string Name, string Value)[] variables)
    {
        HelperException resolved = await _home!.RefusalAsync(variables);
        HelperException described = Assert.Throws<HelperException>(() =>
            new CredentialPlanner(_home.Setup(variables)).Plan(IdentityChoice.Ambient).Source.Describe()
        );
        Assert.Contains(message, described.Message, StringComparison.Ordinal);
        Assert.Equal(
            (resolved.Kind, resolved.Message, resolved.Hint),
            (described.Kind, described.Message, described.Hint)
        );
        Assert.Empty(_home.Emulator.Calls);
    }

    private async Task<string> DescribeAsync(string config, IdentityChoice choice)
    {
        _home = await SignedInHome.StartAsync(config);
        return new CredentialPlanner(_home.Setup()).Plan(choice).Source.Describe();
    }
}
