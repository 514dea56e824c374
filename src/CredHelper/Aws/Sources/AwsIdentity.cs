using Amazon.Runtime;
using CredHelper.Cache;

namespace CredHelper.Aws.Sources;

/// <summary>
/// Credentials for signing, with a description of their origin. <see cref="Dependencies"/> are the inputs, other than
/// the environment and the configuration files, that determined them.
/// </summary>
internal sealed record AwsIdentity(AWSCredentials Credentials, string Source)
{
    public IReadOnlyList<Dependency> Dependencies { get; init; } = [];

    /// <summary>When everything fetched with this identity must be discarded; null if there is no such limit.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>The longest time that it may be cached, whatever the clock; null if there is no such limit.</summary>
    public TimeSpan? LongestLife { get; init; }

    public override string ToString() => Source;
}
