using CredHelper.Aws;
using CredHelper.Aws.Ecr;
using CredHelper.Errors;
using CredHelper.Registry;

namespace CredHelper.Fleet;

/// <summary>
/// ECR as the hosts of one account and region see it together: one bucket, and hours in which it is gone.
/// </summary>
internal sealed class SimulatedAws(FleetPlan plan, Timeline time, FleetCount count)
{
    /// <summary>From asking to the answer, TLS and all.</summary>
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(100);

    private readonly TokenBucket _bucket = new(plan.BucketSize, plan.BucketPerSecond);

    public enum Answer
    {
        Token,
        Throttled,
        Failed,
        None,
    }

    /// <summary>One request over the network.</summary>
    public async Task<Answer> AskAsync(CancellationToken cancellationToken)
    {
        Answer answer = plan.IsLost(time.Elapsed) ? AnswerOfLoss() : AnswerOfService();
        count.Request(time.Elapsed, answer);
        await Task.Delay(answer == Answer.None ? AwsContext.ConnectTimeout : RoundTrip, time, cancellationToken);
        return answer;
    }

    private Answer AnswerOfLoss() => plan.Loss == Loss.ServerError ? Answer.Failed : Answer.None;

    private Answer AnswerOfService() => _bucket.TryTake(time.Elapsed) ? Answer.Token : Answer.Throttled;
}

/// <summary>One host's client of AWS: the requests and retries of one call.</summary>
internal sealed class SimulatedIssuer(
    FleetPlan plan,
    Timeline time,
    SimulatedAws aws,
    Random random,
    Action<bool> onEnd
) : ITokenIssuer
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(12);

    public async Task<IssuedToken> IssueAsync(EcrRegistry registry, CancellationToken cancellationToken)
    {
        bool issued = false;
        try
        {
            for (int retry = 0; ; retry++)
            {
                SimulatedAws.Answer answer = await aws.AskAsync(cancellationToken);
                issued = answer == SimulatedAws.Answer.Token;
                if (issued)
                    return new IssuedToken(registry, "AWS", "token", Life, "the simulation");
                if (retry + 1 >= plan.Attempts)
                    throw FailureOf(answer);
                TimeSpan longest =
                    answer == SimulatedAws.Answer.Throttled
                        ? StandardRetry.AfterThrottling
                        : StandardRetry.AfterFailure;
                await Task.Delay(StandardRetry.Pause(longest, retry, random.NextDouble()), time, cancellationToken);
            }
        }
        finally
        {
            onEnd(issued);
        }
    }

    public Task<IssuedToken> IssueOwnAsync(string region, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <summary>The kinds that <see cref="AwsFailure"/> makes of them.</summary>
    private static HelperException FailureOf(SimulatedAws.Answer answer) =>
        answer switch
        {
            SimulatedAws.Answer.Throttled => new HelperException(FailureKind.Throttled, "throttled"),
            SimulatedAws.Answer.None => new HelperException(FailureKind.Timeout, "no answer"),
            _ => new HelperException(FailureKind.Other, "status 500"),
        };
}
