using System.Diagnostics;
using CredHelper.Cache;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Tokens;

namespace CredHelper.Tests.Tokens;

/// <summary>A get that fails without a cached token.</summary>
public sealed class TokenRefreshOutageTests : IDisposable
{
    private readonly Situation _it = new();

    public void Dispose() => _it.Dispose();

    [Theory]
    [InlineData("Timeout")]
    [InlineData("Unreachable")]
    [InlineData("MetadataTimeout")]
    public async Task IsAnsweredAtOnceWithItsAgeForThirtySeconds(string name)
    {
        FailureKind kind = Enum.Parse<FailureKind>(name);
        _it.Aws.Fail(kind, "nobody answers", "look at the network");
        await _it.FailureAsync();
        _it.Clock.Now += TimeSpan.FromSeconds(29);

        HelperException again = await _it.FailureAsync();
        Assert.Equal(1, _it.Aws.Calls);
        Assert.Equal((kind, "look at the network"), (again.Kind, again.Hint));
        Assert.Contains("nobody answers", again.Message, StringComparison.Ordinal);
        Assert.Contains("29 s ago", again.Message, StringComparison.Ordinal);

        _it.Clock.Now += TimeSpan.FromSeconds(1);
        await _it.FailureAsync();
        Assert.Equal(2, _it.Aws.Calls);
    }

    public static TheoryData<string> OtherKinds =>
        [
            .. Enum.GetValues<FailureKind>()
                .Where(kind =>
                    kind is not (FailureKind.Timeout or FailureKind.Unreachable or FailureKind.MetadataTimeout)
                )
                .Select(kind => kind.ToString()),
        ];

    [Theory]
    [MemberData(nameof(OtherKinds))]
    public async Task OfAnotherKindIsNotRemembered(string kind)
    {
        _it.Aws.Fail(Enum.Parse<FailureKind>(kind));
        await _it.FailureAsync();
        _it.Clock.Now += TimeSpan.FromSeconds(1);
        await _it.FailureAsync();
        Assert.Equal(2, _it.Aws.Calls);
    }

    [Fact]
    public async Task OfOneIdentityIsNotRememberedForAnother()
    {
        _it.Aws.Fail(FailureKind.Timeout);
        await _it.FailureAsync();
        _it.Home.Write(".aws/config", "[default]\n");
        await _it.FailureAsync();
        Assert.Equal(2, _it.Aws.Calls);
    }

    [Fact]
    public async Task OfOneJobIsNotRememberedForAnotherUnderACredentialProcess()
    {
        using var job = new Situation(("VAULT_ROLE", "first"));
        job.Aws.Inputs = [Dependency.WholeEnvironment];
        job.Aws.Fail(FailureKind.Timeout);
        await job.FailureAsync();
        await job.FailureAsync();
        Assert.Equal(1, job.Aws.Calls);

        EnvironmentSnapshot other = new(job.Environment.Variables.Append(new("CI_JOB_ID", "2")));
        var context = HelperContext.Start(other, job.Clock);
        await Assert.ThrowsAsync<HelperException>(() =>
            new TokenRefresh(context, job.Cache, job.Aws).GetAsync(
                Sample.Registry,
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(2, job.Aws.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ByTheDeadlineIsRememberedToo(bool deaf)
    {
        using var hurried = new Situation(("AWS_ECR_TIMEOUT", "200ms"));
        if (deaf)
            hurried.Aws.HangDeaf();
        else
            hurried.Aws.Hang();
        using var end = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        HelperException failure = await Assert.ThrowsAsync<HelperException>(() => hurried.GetUntilAsync(end.Token));
        Assert.Equal(FailureKind.Timeout, failure.Kind);
        Assert.Equal(FailureKind.Timeout, hurried.Failure?.FailureKind);
        var watch = Stopwatch.StartNew();
        await hurried.FailureAsync();
        Assert.InRange(watch.ElapsedMilliseconds, 0, 150);
    }

    [Fact]
    public void RecordSurvivesAnyWords()
    {
        var record = new FailureRecord("host\n", 5, FailureKind.Tls, "message \\ with\r\nlines", null);
        Assert.Equal(record, FailureRecord.Parse(Sample.Seed, record.Format(Sample.Seed)));
    }
}
