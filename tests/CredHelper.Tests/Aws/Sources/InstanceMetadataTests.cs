using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using CredHelper.Aws.Sources;
using CredHelper.Cache;
using CredHelper.CachedGet;
using CredHelper.Emulator;
using CredHelper.Errors;

namespace CredHelper.Tests.Aws.Sources;

/// <summary>IMDS that works, works partly, or returns unexpected responses.</summary>
public sealed class InstanceMetadataTests : IAsyncLifetime
{
    private SignedInHome _home = null!;

    public async ValueTask InitializeAsync() => _home = await SignedInHome.StartAsync();

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    [Fact]
    public async Task GivesARoleThatHangsOnTheBoot()
    {
        AwsIdentity identity = await AskAsync();
        Assert.Equal("EC2 instance role ci-runner (IMDS)", identity.Source);
        Assert.Equal([new Dependency(DependencyKind.File, "/proc/sys/kernel/random/boot_id")], identity.Dependencies);
        Assert.Null(identity.NotAfter);
    }

    [Fact]
    public async Task IsAskedAgainAsOftenAsWasWished()
    {
        Fault("GetToken", FaultKind.Hang);
        Fault("ListRoles", FaultKind.Status, status: 503);
        await AskAsync(("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "2"), ("AWS_METADATA_SERVICE_TIMEOUT", "0.3"));
        Assert.Equal(5, _home.Emulator.CallCount("imds"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("ListRoles")]
    [InlineData("GetCredentials")]
    public async Task ThatFallsSilentIsNamedAndCostsAtMostTwoSeconds(string? operation)
    {
        Fault(operation, FaultKind.Hang, times: -1);
        long start = Stopwatch.GetTimestamp();
        HelperException e = await Assert.ThrowsAsync<HelperException>(() => AskAsync());
        Assert.Equal(FailureKind.MetadataTimeout, e.Kind);
        Assert.Contains("did not respond within 1 s", e.Message, StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0.9, 2.6);
    }

    [Fact]
    public async Task ThatTakesNoConnectionCostsTwoSeconds()
    {
        // Linux drops further SYN packets if the queue is full, like a firewall.
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        using var first = new TcpClient();
        await first.ConnectAsync((IPEndPoint)full.LocalEndPoint!, TestContext.Current.CancellationToken);
        long start = Stopwatch.GetTimestamp();
        HelperException e = await _home.RefusalAsync(
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT", $"http://{full.LocalEndPoint}")
        );
        Assert.Equal(FailureKind.MetadataTimeout, e.Kind);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0.9, 2.6);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(405)]
    public async Task OfVersion1IsUsedUnlessItIsDisabled(int status)
    {
        Fault("GetToken", FaultKind.Status, status: status, times: 2);
        Assert.Equal("EC2 instance role ci-runner (IMDS)", (await AskAsync()).Source);
        HelperException e = await Assert.ThrowsAsync<HelperException>(() =>
            AskAsync(("AWS_EC2_METADATA_V1_DISABLED", "true"))
        );
        Assert.EndsWith(
            $"(status {status}); IMDSv1 is disabled by AWS_EC2_METADATA_V1_DISABLED",
            e.Message,
            StringComparison.Ordinal
        );
        Assert.Equal(4, _home.Emulator.CallCount("imds"));
    }

    [Fact]
    public async Task OfVersion1IsUsedIfVersion2IsSilent()
    {
        Fault("GetToken", FaultKind.Hang);
        await AskAsync(("AWS_METADATA_SERVICE_TIMEOUT", "0.3"));
    }

    [Fact]
    public async Task ThatRequiresTheTokenItDidNotGiveIsNamed()
    {
        Fault("GetToken", FaultKind.Hang);
        Fault("ListRoles", FaultKind.Status, status: 401);
        HelperException e = await Assert.ThrowsAsync<HelperException>(() =>
            AskAsync(("AWS_METADATA_SERVICE_TIMEOUT", "0.3"))
        );
        Assert.Equal(FailureKind.MetadataTimeout, e.Kind);
        Assert.EndsWith("the request for one timed out", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(307)]
    public async Task WithoutTokensIsPassedOver(int status)
    {
        Fault("GetToken", FaultKind.Status, status: status);
        HelperException e = await Assert.ThrowsAsync<HelperException>(() => AskAsync());
        Assert.Equal(FailureKind.NoCredentials, e.Kind);
        Assert.EndsWith($"IMDS refused a session token (status {status})", e.Message, StringComparison.Ordinal);
        Assert.Equal(1, _home.Emulator.CallCount("imds"));
    }

    [Theory]
    [InlineData("GetToken", "a\tb")]
    [InlineData("ListRoles", "../../other")]
    [InlineData("ListRoles", "<html>")]
    public async Task ThatTalksNonsenseIsAnError(string operation, string body)
    {
        Fault(operation, FaultKind.Body, body: body);
        Assert.Equal(FailureKind.BadResponse, (await Assert.ThrowsAsync<HelperException>(() => AskAsync())).Kind);
    }

    [Theory]
    [InlineData(FaultKind.Huge)]
    [InlineData(FaultKind.GzipBomb)]
    [InlineData(FaultKind.Truncate)]
    public async Task IsNotListenedToWithoutEnd(FaultKind kind)
    {
        Fault("GetCredentials", kind);
        HelperException e = await Assert.ThrowsAsync<HelperException>(() => AskAsync());
        Assert.InRange(e.Message.Length, 1, 300);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("not JSON")]
    [InlineData("""{"Code":"Failed","Message":"The role is gone."}""")]
    [InlineData("""{"Code":"Success","AccessKeyId":"ASIA"}""")]
    public async Task WithoutCredentialsForItsRoleIsAnError(string body)
    {
        Fault("GetCredentials", FaultKind.Body, body: body);
        HelperException e = await Assert.ThrowsAsync<HelperException>(() => AskAsync());
        Assert.Equal((FailureKind.AccessDenied, "EC2 instance role ci-runner (IMDS)"), (e.Kind, e.IdentitySource));
        Assert.Equal(
            body.Contains("gone", StringComparison.Ordinal),
            e.Message.EndsWith(": Failed: The role is gone.", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task HandsOutWhatExpiredInAnOutage()
    {
        Fault("GetCredentials", FaultKind.Delay, seconds: -7 * 3600);
        Assert.Equal("EC2 instance role ci-runner (IMDS)", (await AskAsync()).Source);
    }

    [Fact]
    public void IsOutOfReachOfContainersForTheHopLimit()
    {
        Assert.Contains(
            "aws ec2 modify-instance-metadata-options --http-put-response-hop-limit 2 --instance-id",
            InstanceMetadata.HintOf(isInContainer: true),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("hop-limit", InstanceMetadata.HintOf(isInContainer: false), StringComparison.Ordinal);
    }

    private void Fault(
        string? operation,
        FaultKind kind,
        int? status = null,
        int times = 1,
        string? body = null,
        int seconds = 0
    ) =>
        _home.Emulator.Faults.Add(
            new Fault
            {
                Service = "imds",
                Operation = operation,
                Kind = kind,
                Status = status,
                Times = times,
                Body = body,
                Seconds = seconds,
            }
        );

    private Task<AwsIdentity> AskAsync(params (string Name, string Value)[] variables) =>
        _home.ResolveAsync([("AWS_EC2_METADATA_SERVICE_ENDPOINT", _home.Emulator.HttpUrl), .. variables]);
}
