namespace CredHelper.Emulator;

/// <summary>
/// One emulated service: tells its own requests by their shape, answers them, and knows what its errors look like.
/// </summary>
internal abstract class Service
{
    /// <summary>The name in calls and faults.</summary>
    public abstract string Name { get; }

    /// <summary>The operation that is asked for; null where the request is not for this service.</summary>
    public abstract ValueTask<string?> RecognizeAsync(Exchange exchange);

    /// <summary>The proper answer. A <see cref="ServiceError"/> thrown becomes <see cref="Describe"/>'s.</summary>
    public abstract Task<Answer> AnswerAsync(Exchange exchange);

    /// <summary>An error in the shape that this service gives it.</summary>
    public abstract Answer Describe(ServiceError error, Exchange exchange);

    /// <summary>What the service says to a caller who asks too often.</summary>
    public abstract ServiceError Throttled { get; }

    /// <summary>The status that goes with an error code.</summary>
    public virtual int StatusOf(string code) => 400;
}

/// <summary>An error that a service answers with.</summary>
internal sealed class ServiceError(int status, string code, string message) : Exception(message)
{
    public int Status => status;

    public string Code => code;
}
