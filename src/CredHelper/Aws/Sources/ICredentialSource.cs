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

    /// <exception cref="HelperException">The source does not give credentials.</exception>
    Task<AwsIdentity> ResolveAsync(CancellationToken cancellationToken);
}
