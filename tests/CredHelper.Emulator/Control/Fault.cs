namespace CredHelper.Emulator;

/// <summary>The effect of a fault on the response.</summary>
public enum FaultKind
{
    /// <summary>The regular response after <see cref="Fault.Milliseconds"/>.</summary>
    Delay,

    /// <summary>
    /// <see cref="Fault.Status"/> (500), with <see cref="Fault.Body"/> or the service's own error format.
    /// </summary>
    Status,

    /// <summary>The service's throttling error.</summary>
    Throttle,

    /// <summary>The service's error <see cref="Fault.Code"/> with <see cref="Fault.Message"/>.</summary>
    Error,

    /// <summary>The connection is closed without a response.</summary>
    Close,

    /// <summary>200 with bytes that are not JSON.</summary>
    Garbage,

    /// <summary>200 without a body.</summary>
    Empty,

    /// <summary>No response until the client disconnects.</summary>
    Hang,

    /// <summary>Half of the regular body with its full Content-Length, then the connection is closed.</summary>
    Truncate,

    /// <summary>200 (or <see cref="Fault.Status"/>) with <see cref="Fault.Body"/>.</summary>
    Body,

    /// <summary>307 to <see cref="Fault.Location"/>.</summary>
    Redirect,

    /// <summary>
    /// The server's clock is off by <see cref="Fault.Seconds"/>: Date, signature window and expiry times.
    /// </summary>
    ClockSkew,

    /// <summary>The regular response with a proxyEndpoint of <see cref="Fault.Account"/>.</summary>
    OtherAccount,

    /// <summary>200 with 100 MB.</summary>
    Huge,

    /// <summary>200 with a few hundred kilobytes of gzip that expand to 256 MiB.</summary>
    GzipBomb,
}

/// <summary>
/// A simulated fault. A call triggers the first added fault that matches it, <see cref="Times"/> times.
/// </summary>
public sealed record Fault
{
    /// <summary>
    /// ecr, ecr-public, sts, sso, sso-oidc, signin, imds, container, registry, gitlab-registry, proxy, or * for all.
    /// </summary>
    public string Service { get; init; } = "*";

    /// <summary>The name of an operation, for a registry <c>METHOD /path</c>; null for all.</summary>
    public string? Operation { get; init; }

    /// <summary>The number of calls that it affects; -1 for no limit.</summary>
    public int Times { get; init; } = 1;

    public required FaultKind Kind { get; init; }

    /// <summary>A delay before the effect of <see cref="Kind"/>.</summary>
    public int Milliseconds { get; init; }

    public int? Status { get; init; }

    /// <summary>The code of an error; for a proxy that refuses a request, its Proxy-Authenticate header.</summary>
    public string? Code { get; init; }

    public string? Message { get; init; }

    public string? Body { get; init; }

    public string? ContentType { get; init; }

    /// <summary>
    /// The clock's offset for <see cref="FaultKind.ClockSkew"/>, or the offset of a token's expiry for kinds with a
    /// regular response.
    /// </summary>
    public int Seconds { get; init; }

    public string? Account { get; init; }

    public string? Location { get; init; }
}
