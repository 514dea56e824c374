using CredHelper.Cache;
using CredHelper.Errors;

namespace CredHelper.Aws.Sources;

/// <summary>One way to get AWS credentials, chosen by <see cref="CredentialPlanner"/> before any request.</summary>
internal interface ICredentialSource
{
    /// <summary>The source in words, such as <c>access key of profile 'dev'</c>. Sends no request.</summary>
    /// <exception cref="HelperException">
    /// What <see cref="ResolveAsync"/> would throw before its first request or child process.
    /// </exception>
    string Describe();

    /// <summary>The same as values. Sends no request.</summary>
    SourceFacts Facts { get; }

    /// <summary>
    /// What decides the identity beyond the environment and the configuration files, if that is known before any
    /// request. Failures depend on it, too: one job's must not be another's.
    /// </summary>
    IReadOnlyList<Dependency> Inputs => [];

    /// <exception cref="HelperException">The source does not give credentials.</exception>
    Task<AwsIdentity> ResolveAsync(CancellationToken cancellationToken);
}
