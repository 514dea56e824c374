using System.Runtime.ExceptionServices;
using CredHelper.Errors;

namespace CredHelper.Platform;

/// <summary>Stops work that takes too long, with the same message everywhere.</summary>
internal static class Deadline
{
    /// <summary>
    /// Runs work that may wait for other systems, and stops it at the deadline even if it does not react to its
    /// cancellation, such as a name lookup that hangs.
    /// </summary>
    /// <exception cref="HelperException">
    /// The deadline expired (<see cref="FailureKind.Timeout"/>), or the exception of the work itself.
    /// </exception>
    public static T Within<T>(TimeSpan deadline, Func<CancellationToken, Task<T>> work)
    {
        using var end = new CancellationTokenSource(deadline);
        Task<T> task = Task.Run(() => work(end.Token));
        // The exception of the cancelled work says what it was waiting for, so give it a moment to be thrown.
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
            $"no response within {deadline.TotalSeconds:0.###} s",
            "check the network, or increase AWS_ECR_TIMEOUT"
        );
}
