using Amazon.Runtime;
using CredHelper.Cache;

namespace CredHelper.Aws.Sources;

/// <summary>
/// Credentials ready to sign with, and in words where they came from. <see cref="Dependencies"/> are the inputs that
/// decided it beyond the environment and the configuration files.
/// </summary>
internal sealed record AwsIdentity(AWSCredentials Credentials, string Source)
{
    public IReadOnlyList<Dependency> Dependencies { get; init; } = [];

    /// <summary>When whatever was had under this identity must be forgotten; null where nothing says so.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>How long it may be remembered at most, whatever the clock says; null where nothing says so.</summary>
    public TimeSpan? LongestLife { get; init; }

    public override string ToString() => Source;
}
