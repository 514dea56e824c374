using System.Globalization;
using System.Text.Json.Nodes;
using CredHelper.Aws.Sources;
using CredHelper.Cache;
using CredHelper.Emulator;
using CredHelper.Errors;

namespace CredHelper.Tests.Aws.Sources;

/// <summary>The file of `aws sso login` in every possible state.</summary>
public sealed class SsoCredentialsTests : IAsyncLifetime
{
    private const string Config = """
        [profile p]
        sso_session = corp
        sso_account_id = 123456789012
        sso_role_name = Admin
        [sso-session corp]
        sso_region = eu-west-1
        sso_start_url = https://corp.awsapps.com/start
        """;

    private const string FileName = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";
    private const string Refreshing = "\"clientId\":\"c\",\"clientSecret\":\"s\",\"refreshToken\":\"refresh-once-1\"";
    private SignedInHome _home = null!;

    public async ValueTask InitializeAsync() => _home = await SignedInHome.StartAsync(Config);

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    [Theory]
    [InlineData("yyyy-MM-dd'T'HH:mm:ss'Z'")]
    [InlineData("yyyy-MM-dd'T'HH:mm:ss'UTC'")]
    [InlineData("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'")]
    [InlineData("yyyy-MM-dd'T'HH:mm:ss'+00:00'")]
    public async Task IsReadWhateverWroteItsTime(string format)
    {
        string expiresAt = DateTime.UtcNow.AddHours(1).ToString(format, CultureInfo.InvariantCulture);
        Write($$"""{"accessToken":"access-1","expiresAt":"{{expiresAt}}"}""");
        AwsIdentity identity = await ResolveAsync();
        Assert.Equal("SSO session corp, role Admin of profile 'p'", identity.Source);
        Dependency file = Assert.Single(identity.Dependencies);
        Assert.EndsWith(FileName, file.Name, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"accessToken\":\"access-1\"}")]
    [InlineData("{\"accessToken\":7,\"expiresAt\":\"2999-01-01T00:00:00Z\"}")]
    [InlineData("{\"accessToken\":\"access-1\",\"expiresAt\":\"soon\"}")]
    [InlineData(
        "{\"accessToken\":\"access-1\",\"expiresAt\":\"2999-01-01T00:00:00Z\",\"expiresAt\":\"2999-01-01T00:00:00Z\"}"
    )]
    public async Task IsNoSignInWhereItMakesNoSense(string content)
    {
        Write(content);
        HelperException e = await RefusalAsync();
        Assert.Equal((FailureKind.ExpiredCredentials, "aws sso login --profile p"), (e.Kind, e.Hint));
        Assert.Empty(_home.Emulator.Calls);
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(6, 0)]
    public async Task IsRenewedInItsLastFiveMinutes(int minutes, int calls)
    {
        Write($$"""{"accessToken":"access-1","expiresAt":"{{In(minutes)}}",{{Refreshing}}}""");
        await ResolveAsync();
        Assert.Equal(calls, _home.Emulator.CallCount("sso-oidc"));
    }

    [Fact]
    public async Task IsNotRenewedByARegistrationThatIsOver()
    {
        string past = In(-1);
        Write($$"""{"accessToken":"a","expiresAt":"{{past}}","registrationExpiresAt":"{{past}}",{{Refreshing}}}""");
        await RefusalAsync();
        Assert.Empty(_home.Emulator.Calls);
    }

    [Fact]
    public async Task IsNotRenewedByAnotherUser()
    {
        if (!Environment.IsPrivilegedProcess)
            Assert.Skip("needs root, to have a file of another user");
        string path = Write($$"""{"accessToken":"access-1","expiresAt":"{{In(1)}}",{{Refreshing}}}""");
        using (var chown = System.Diagnostics.Process.Start("/bin/chown", ["12345", path]))
            await chown.WaitForExitAsync(TestContext.Current.CancellationToken);
        await ResolveAsync();
        Assert.Equal(0, _home.Emulator.CallCount("sso-oidc"));
    }

    [Fact]
    public async Task IsTakenAsTheAwsCliHasRenewedItMeanwhile()
    {
        Write($$"""{"accessToken":"access-expired","expiresAt":"{{In(-1)}}",{{Refreshing}}}""");
        _home.Emulator.Faults.Add(
            new Fault
            {
                Service = "sso-oidc",
                Kind = FaultKind.Error,
                Code = "InvalidGrantException",
                Message = "invalid_grant",
                Milliseconds = 500,
            }
        );
        Task<AwsIdentity> waiting = ResolveAsync();
        while (_home.Emulator.CallCount("sso-oidc") == 0)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        Write($$"""{"accessToken":"access-2","expiresAt":"{{In(60)}}"}""");
        await waiting;
    }

    [Fact]
    public async Task KeepsItsRefreshTokenWhereNoOtherComes()
    {
        Write($$"""{"accessToken":"access-expired","expiresAt":"{{In(-1)}}","region":"x",{{Refreshing}}}""");
        _home.Emulator.Faults.Add(
            new Fault
            {
                Service = "sso-oidc",
                Kind = FaultKind.Body,
                Body = "{\"accessToken\":\"access-9\",\"expiresIn\":600}",
            }
        );
        await ResolveAsync();
        JsonNode kept = JsonNode.Parse(
            await File.ReadAllTextAsync(Path.Combine(_home.Root, FileName), TestContext.Current.CancellationToken)
        )!;
        Assert.Equal(
            ("access-9", "refresh-once-1", "x"),
            ((string?)kept["accessToken"], (string?)kept["refreshToken"], (string?)kept["region"])
        );
    }

    [Fact]
    public async Task StaysAsItIsWhereTheAnswerIsNone()
    {
        string path = Write($$"""{"accessToken":"access-expired","expiresAt":"{{In(-1)}}",{{Refreshing}}}""");
        string before = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        _home.Emulator.Faults.Add(
            new Fault
            {
                Service = "sso-oidc",
                Kind = FaultKind.Body,
                Body = "{}",
            }
        );
        Assert.Equal(FailureKind.BadResponse, (await RefusalAsync()).Kind);
        Assert.Equal(before, await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
    }

    private static string In(int minutes) =>
        DateTime
            .UtcNow.AddMinutes(minutes)
            .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private string Write(string content) => _home.Write(FileName, content);

    private Task<AwsIdentity> ResolveAsync() => _home.ResolveAsync(("AWS_PROFILE", "p"));

    private Task<HelperException> RefusalAsync() => _home.RefusalAsync(("AWS_PROFILE", "p"));
}
