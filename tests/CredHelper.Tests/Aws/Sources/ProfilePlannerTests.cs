using Amazon.Runtime;
using CredHelper.Aws.Sources;
using CredHelper.Errors;

namespace CredHelper.Tests.Aws.Sources;

/// <summary>Which of several settings of a profile is used; compared with botocore's order.</summary>
public sealed class ProfilePlannerTests : IAsyncDisposable
{
    private const string Keys =
        "aws_access_key_id = AKIDEXAMPLE000000001\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n";
    private const string OtherKeys =
        "aws_access_key_id = AKIDEXAMPLE000000002\naws_secret_access_key = "
        + "second+Secret/For+Tests/EXAMPLEKEY00000002\n";
    private const string Process =
        "credential_process = echo '{\"Version\":1,\"AccessKeyId\":\"PROCESS\",\"SecretAccessKey\":\"s\"}'\n";
    private const string Sso =
        "sso_start_url = https://s\nsso_region = eu-west-1\nsso_account_id = 123456789012\nsso_role_name = Admin\n";
    private SignedInHome? _home;

    public async ValueTask DisposeAsync()
    {
        if (_home is not null)
            await _home.DisposeAsync();
    }

    [Theory]
    [InlineData(Keys + Process, "", "PROCESS")]
    [InlineData(Process, OtherKeys, "AKIDEXAMPLE000000002")]
    [InlineData(Keys, OtherKeys, "AKIDEXAMPLE000000002")]
    [InlineData("login_session = x\n", OtherKeys, "AKIDEXAMPLE000000002")]
    [InlineData(Keys, "region = eu-west-1\n", "AKIDEXAMPLE000000001")]
    [InlineData("role_arn =\n" + Keys, "", "AKIDEXAMPLE000000001")]
    public async Task DecidesBetweenKeysAndProcess(string config, string credentials, string accessKey) =>
        Assert.Equal(accessKey, await KeyOfAsync(config, credentials));

    [Theory]
    [InlineData("login_session = x\n" + Keys)]
    [InlineData("login_session = x\n" + Process)]
    public async Task PutsALoginSessionBeforeProcessAndKeysOfTheConfigFile(string config)
    {
        HelperException e = await Assert.ThrowsAsync<HelperException>(() => KeyOfAsync(config, ""));
        Assert.StartsWith("the login session of profile 'p'", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Sso + Keys)]
    [InlineData(Sso + Process)]
    public async Task PutsSsoBeforeKeys(string config)
    {
        HelperException e = await Assert.ThrowsAsync<HelperException>(() => KeyOfAsync(config, OtherKeys));
        Assert.Equal((FailureKind.ExpiredCredentials, "aws sso login --profile p"), (e.Kind, e.Hint));
    }

    [Fact]
    public async Task PutsWebIdentityBeforeSso()
    {
        HelperException e = await Assert.ThrowsAsync<HelperException>(() =>
            KeyOfAsync(
                "web_identity_token_file = /nowhere\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = x\n"
                    + Sso,
                ""
            )
        );
        Assert.StartsWith("the token file /nowhere", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PutsARoleBeforeAll()
    {
        Assert.StartsWith(
            "ASIA",
            await KeyOfAsync("role_arn = arn:aws:iam::123456789012:role/r\nsource_profile = p\n" + Keys + Sso, ""),
            StringComparison.Ordinal
        );
        Assert.Equal("AKIDEXAMPLE000000001", Assert.Single(_home!.Emulator.Calls).AccessKeyId);
    }

    [Theory]
    [InlineData("aws_access_key_id = A\n", "aws_secret_access_key = b\n", "aws_access_key_id")]
    [InlineData("aws_secret_access_key = b\n", "aws_access_key_id = A\n", "aws_secret_access_key")]
    public async Task NeverMixesTheKeysOfTwoFiles(string config, string credentials, string missing)
    {
        HelperException e = await Assert.ThrowsAsync<HelperException>(() => KeyOfAsync(config, credentials));
        Assert.Equal((FailureKind.Configuration, $"profile 'p' has no {missing}"), (e.Kind, e.Message));
    }

    [Fact]
    public async Task OfTheEnvironmentIsKeysThenWebIdentityThenProfile()
    {
        _home = await SignedInHome.StartAsync("[profile p]\n" + Process);
        (string, string)[] variables =
        [
            ("AWS_PROFILE", "p"),
            ("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere"),
            ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/r"),
        ];
        Assert.Equal(
            "access key from the environment",
            (
                await _home.ResolveAsync([.. variables, ("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b")])
            ).Source
        );
        Assert.StartsWith(
            "the token file /nowhere",
            (await _home.RefusalAsync(variables)).Message,
            StringComparison.Ordinal
        );
        Assert.Equal("credential_process of profile 'p'", (await _home.ResolveAsync(variables[0])).Source);
        Assert.Equal(
            "credential_process of profile 'p'",
            (await _home.ResolveAsync(variables[0], variables[2])).Source
        );
    }

    [Fact]
    public async Task LeavesANamedProfileOfSettingsForTheIdentityOfTheMachine()
    {
        _home = await SignedInHome.StartAsync("[profile p]\nregion = eu-west-1\n");
        AwsIdentity identity = await _home.ResolveAsync(
            ("AWS_PROFILE", "p"),
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", _home.Emulator.HttpUrl + "/task-credentials")
        );
        Assert.StartsWith("container credentials", identity.Source, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RefusesANamedProfileThatWasMeantToHoldCredentials()
    {
        _home = await SignedInHome.StartAsync("[profile p]\nrole_anr = arn:aws:iam::123456789012:role/x\n");
        HelperException e = await _home.RefusalAsync(
            ("AWS_PROFILE", "p"),
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", _home.Emulator.HttpUrl + "/task-credentials")
        );
        Assert.Equal((FailureKind.Configuration, "profile 'p' has no credentials"), (e.Kind, e.Message));
        Assert.Empty(_home.Emulator.Calls);
    }

    private async Task<string> KeyOfAsync(string config, string credentials)
    {
        _home = await SignedInHome.StartAsync(
            "[profile p]\n" + config,
            credentials.Length > 0 ? "[p]\n" + credentials : ""
        );
        AwsIdentity identity = await _home.ResolveAsync(("AWS_PROFILE", "p"));
        ImmutableCredentials keys = await identity.Credentials.GetCredentialsAsync();
        return keys.AccessKey;
    }
}
