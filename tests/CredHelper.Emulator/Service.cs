namespace CredHelper.Emulator;

/// <summary>An emulated service: it recognises its requests, responds to them, and formats its errors.</summary>
internal abstract class Service
{
    /// <summary>The name used in calls and faults.</summary>
    public abstract string Name { get; }

    /// <summary>The requested operation; null if the request is not for this service.</summary>
    public abstract ValueTask<string?> RecognizeAsync(Exchange exchange);

    /// <summary>
    /// The regular response. A thrown <see cref="ServiceError"/> is formatted by <see cref="Describe"/>.
    /// </summary>
    public abstract Task<Answer> AnswerAsync(Exchange exchange);

    /// <summary>An error in the format of this service.</summary>
    public abstract Answer Describe(ServiceError error, Exchange exchange);

    /// <summary>The service's error for too many requests.</summary>
    public abstract ServiceError Throttled { get; }

    /// <summary>The status for an error code.</summary>
    public virtual int StatusOf(string code) => 400;
}

/// <summary>An error response of a service.</summary>
internal sealed class ServiceError(int status, string code, string message) : Exception(message)
{
    public int Status => status;

    public string Code => code;
}
