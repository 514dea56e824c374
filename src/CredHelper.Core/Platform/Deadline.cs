using System.Runtime.ExceptionServices;
using CredHelper.Errors;

namespace CredHelper.Platform;

/// <summary>Ends work that takes too long, and says so in the same words everywhere.</summary>
internal static class Deadline
{
    /// <summary>
    /// Runs work that may wait for others, and ends it when the deadline passes even where it does not listen to its
    /// cancellation (a resolver that hangs).
    /// </summary>
    /// <exception cref="HelperException">Of <see cref="FailureKind.Timeout"/> when the deadline passed, or the work's
    /// own.</exception>
    public static T Within<T>(TimeSpan deadline, Func<CancellationToken, Task<T>> work)
    {
        using var end = new CancellationTokenSource(deadline);
        Task<T> task = Task.Run(() => work(end.Token));
        // The work's own cancellation knows what it was waiting for; give it a moment to say so.
        TimeSpan grace = TimeSpan.FromMilliseconds(200);
        try
        {
            if (task.Wait(deadline + grace))
                return task.Result;
        }
        catch (AggregateException exception) when (exception.InnerException is { } inner)
        {
            if (inner is not OperationCanceledException)
                ExceptionDispatchInfo.Throw(inner);
        }
        throw Overdue(deadline);
    }

    public static HelperException Overdue(TimeSpan deadline) =>
        new(
            FailureKind.Timeout,
            $"no answer within {deadline.TotalSeconds:0.###} s",
            "check the network, or allow more with AWS_ECR_TIMEOUT"
        );
}
