namespace CredHelper.Emulator;

/// <summary>
/// A request that a service received. It is counted on arrival, before any fault; the operation of a registry is method
/// and path.
/// </summary>
public sealed record RecordedCall
{
    public required string Service { get; init; }

    public required string Operation { get; init; }

    /// <summary>The Host header.</summary>
    public required string Host { get; init; }

    /// <summary>Null until the response begins, and permanently with the faults hang and close.</summary>
    public int? Status { get; internal set; }

    /// <summary>The key that the request claims to be signed with, whether or not the signature is valid.</summary>
    public string? AccessKeyId { get; init; }

    /// <summary>The region of the signature's scope.</summary>
    public string? Region { get; init; }

    public string? UserAgent { get; init; }

    /// <summary>The role and the names that an STS call requests.</summary>
    public string? RoleArn { get; internal set; }

    public string? SessionName { get; internal set; }

    public string? ExternalId { get; internal set; }

    public required DateTimeOffset Time { get; init; }
}
