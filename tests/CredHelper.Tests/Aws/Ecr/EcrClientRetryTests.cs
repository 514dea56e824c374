using System.Globalization;
using CredHelper.Aws.Ecr;
using CredHelper.Configuration;
using CredHelper.Emulator;
using CredHelper.Errors;
using CredHelper.Fleet;

namespace CredHelper.Tests.Aws.Ecr;

/// <summary>
/// How the AWS SDK retries within one call of this program, measured with the emulator: docs/dev/scale.md simulates a
/// fleet with these figures, and a new version of the SDK must not change them unnoticed.
/// </summary>
public sealed class EcrClientRetryTests : IAsyncLifetime
{
    /// <summary>
    /// Below the SDK's own retry quota, which all calls of a process share: 500, of which each retry takes 14.
    /// </summary>
    private const int Calls = 16;

    /// <summary>Additional time between two requests on a busy machine.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    private readonly Home _home = new();
    private EmulatorServer _emulator = null!;

    public async ValueTask InitializeAsync() =>
        _emulator = await EmulatorServer.StartAsync(cancellation: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _emulator.DisposeAsync();
        _home.Dispose();
    }

    [Fact]
    public async Task AreTwoAfterThrottlingWithinOneAndTwoSeconds()
    {
        _emulator.Faults.Add(
            new Fault
            {
                Kind = FaultKind.Throttle,
                Service = "ecr",
                Times = -1,
            }
        );
        Assert.All(await FailuresAsync(), failure => Assert.Equal(FailureKind.Throttled, failure));
        TimeSpan[][] pauses = Pauses();
        Fit(pauses, StandardRetry.AfterThrottling);
        // Checks the whole range: sixteen random pauses from a tenth of it would all be short.
        Assert.Contains(pauses, pause => pause[0] > StandardRetry.AfterThrottling * 0.5);
        Assert.Contains(pauses, pause => pause[0] < StandardRetry.AfterThrottling * 0.5);
    }

    [Fact]
    public async Task AreTwoAfterAServerErrorAlmostAtOnce()
    {
        _emulator.Faults.Add(
            new Fault
            {
                Kind = FaultKind.Status,
                Service = "ecr",
                Status = 500,
                Times = -1,
            }
        );
        Assert.All(await FailuresAsync(), failure => Assert.Equal(FailureKind.Other, failure));
        Fit(Pauses(), StandardRetry.AfterFailure);
    }

    private static void Fit(TimeSpan[][] pauses, TimeSpan longest)
    {
        Assert.Equal(Calls, pauses.Length);
        Assert.All(
            pauses,
            pause =>
            {
                Assert.Equal(StandardRetry.Attempts - 1, pause.Length);
                for (int retry = 0; retry < pause.Length; retry++)
                    Assert.InRange(pause[retry], TimeSpan.Zero, StandardRetry.Pause(longest, retry, 1) + Slack);
            }
        );
    }

    private Task<FailureKind[]> FailuresAsync() =>
        Task.WhenAll(
            Enumerable
                .Range(0, Calls)
                .Select(async call =>
                {
                    // The access key identifies the records of one call in the emulator; its identity does not matter.
                    HelperContext context = HelperContext.Start(
                        _home.Environment(
                            ("AWS_ACCESS_KEY_ID", call.ToString(CultureInfo.InvariantCulture)),
                            ("AWS_SECRET_ACCESS_KEY", "secret"),
                            ("AWS_ENDPOINT_URL", _emulator.HttpUrl)
                        )
                    );
                    return (
                        await Assert.ThrowsAsync<HelperException>(() =>
                            new EcrTokenIssuer(context, IdentityChoice.Ambient).IssueAsync(
                                Sample.Registry,
                                TestContext.Current.CancellationToken
                            )
                        )
                    ).Kind;
                })
        );

    private TimeSpan[][] Pauses() =>
        [
            .. _emulator
                .Calls.GroupBy(call => call.AccessKeyId)
                .Select(calls => calls.Select(call => call.Time).Order().ToArray())
                .Select(times => times.Skip(1).Zip(times, (later, earlier) => later - earlier).ToArray()),
        ];
}
