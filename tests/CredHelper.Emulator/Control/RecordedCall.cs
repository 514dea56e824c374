namespace CredHelper.Emulator;

/// <summary>
/// One request that a service saw. Counted on arrival, before any fault; a registry's operation is method and path.
/// </summary>
public sealed record RecordedCall
{
    public required string Service { get; init; }

    public required string Operation { get; init; }

    /// <summary>The Host header.</summary>
    public required string Host { get; init; }

    /// <summary>Null until the answer begins: for ever with the faults hang and close.</summary>
    public int? Status { get; internal set; }

    /// <summary>The key that the request claims to be signed with, whether or not the signature held.</summary>
    public string? AccessKeyId { get; init; }

    /// <summary>The region of the signature's scope.</summary>
    public string? Region { get; init; }

    public string? UserAgent { get; init; }

    /// <summary>What an STS call asks for: the role, and the names that it gives.</summary>
    public string? RoleArn { get; internal set; }

    public string? SessionName { get; internal set; }

    public string? ExternalId { get; internal set; }

    public required DateTimeOffset Time { get; init; }
}
