namespace CredHelper.Emulator;

/// <summary>What a fault makes of the answer.</summary>
public enum FaultKind
{
    /// <summary>The proper answer after <see cref="Fault.Milliseconds"/>.</summary>
    Delay,

    /// <summary>
    /// <see cref="Fault.Status"/> (500), with <see cref="Fault.Body"/> or the service's own error shape.
    /// </summary>
    Status,

    /// <summary>The service's throttling error.</summary>
    Throttle,

    /// <summary>The service's error <see cref="Fault.Code"/> with <see cref="Fault.Message"/>.</summary>
    Error,

    /// <summary>The connection is cut without an answer.</summary>
    Close,

    /// <summary>200 with bytes that are no JSON.</summary>
    Garbage,

    /// <summary>200 without a body.</summary>
    Empty,

    /// <summary>No answer until the client goes.</summary>
    Hang,

    /// <summary>Half of the proper body under its full Content-Length, then the connection is cut.</summary>
    Truncate,

    /// <summary>200 (or <see cref="Fault.Status"/>) with <see cref="Fault.Body"/>.</summary>
    Body,

    /// <summary>307 to <see cref="Fault.Location"/>.</summary>
    Redirect,

    /// <summary>
    /// The server's clock is off by <see cref="Fault.Seconds"/>: Date, signature window and expiry times.
    /// </summary>
    ClockSkew,

    /// <summary>The proper answer with a proxyEndpoint of <see cref="Fault.Account"/>.</summary>
    OtherAccount,

    /// <summary>200 with 100 MB.</summary>
    Huge,

    /// <summary>200 with a few hundred kilobytes of gzip that unpack to 256 MiB.</summary>
    GzipBomb,
}

/// <summary>
/// One thing that goes wrong. The first added fault that fits a call is used up by it, <see cref="Times"/> times.
/// </summary>
public sealed record Fault
{
    /// <summary>
    /// ecr, ecr-public, sts, sso, sso-oidc, signin, imds, container, registry, gitlab-registry, proxy, or * for all.
    /// </summary>
    public string Service { get; init; } = "*";

    /// <summary>An operation's name, for a registry <c>METHOD /path</c>; null for all.</summary>
    public string? Operation { get; init; }

    /// <summary>How many calls it hits; -1 without end.</summary>
    public int Times { get; init; } = 1;

    public required FaultKind Kind { get; init; }

    /// <summary>A wait before whatever <see cref="Kind"/> does.</summary>
    public int Milliseconds { get; init; }

    public int? Status { get; init; }

    /// <summary>An error's code; of a proxy that refuses, its Proxy-Authenticate header.</summary>
    public string? Code { get; init; }

    public string? Message { get; init; }

    public string? Body { get; init; }

    public string? ContentType { get; init; }

    /// <summary>
    /// For <see cref="FaultKind.ClockSkew"/> the clock's offset, for kinds with a proper answer that of a token's
    /// expiry.
    /// </summary>
    public int Seconds { get; init; }

    public string? Account { get; init; }

    public string? Location { get; init; }
}
