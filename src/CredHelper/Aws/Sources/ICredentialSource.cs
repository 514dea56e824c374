using CredHelper.Cache;
using CredHelper.Errors;

namespace CredHelper.Aws.Sources;

/// <summary>A source of AWS credentials, chosen by <see cref="CredentialPlanner"/> before any request.</summary>
internal interface ICredentialSource
{
    /// <summary>
    /// Describes the source for people, such as <c>access key of profile 'dev'</c>. Sends no request.
    /// </summary>
    /// <exception cref="HelperException">
    /// What <see cref="ResolveAsync"/> would throw before its first request or child process.
    /// </exception>
    string Describe();

    /// <summary>Describes the source for machines. Sends no request.</summary>
    SourceFacts Facts { get; }

    /// <summary>
    /// The inputs, other than the environment and the configuration files, that determine the identity, if they are
    /// known before any request. Failures depend on them, too: those of one job must not apply to another.
    /// </summary>
    IReadOnlyList<Dependency> Inputs => [];

    /// <exception cref="HelperException">The source does not provide credentials.</exception>
    Task<AwsIdentity> ResolveAsync(CancellationToken cancellationToken);
}
