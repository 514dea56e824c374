using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Aws.Sources;

/// <summary>An access key that is written down: in the environment or in a profile.</summary>
/// <param name="keys">Secret.</param>
/// <param name="words">Where the key is written.</param>
internal sealed class AccessKey(SessionKeys keys, string words) : ICredentialSource
{
    private const string IdVariable = "AWS_ACCESS_KEY_ID",
        SecretVariable = "AWS_SECRET_ACCESS_KEY";

    /// <summary>The key in the environment; null if there is none.</summary>
    /// <exception cref="HelperException">One half of the pair is missing.</exception>
    public static AccessKey? InEnvironment(EnvironmentSnapshot environment)
    {
        string? id = environment[IdVariable],
            secret = environment[SecretVariable];
        if (id is null && secret is null)
            return null;
        if (id is null || secret is null)
        {
            (string present, string missing) = id is null ? (SecretVariable, IdVariable) : (IdVariable, SecretVariable);
            throw new HelperException(
                FailureKind.Configuration,
                $"{present} is set and {missing} is not",
                $"set both, or {environment.RemovalOf(present)} to use a profile"
            );
        }
        var keys = new SessionKeys(id, secret, environment["AWS_SESSION_TOKEN"], Expiration: null);
        return new AccessKey(keys, "access key from the environment");
    }

    public string Describe() => words;

    public Task<AwsIdentity> ResolveAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new AwsIdentity(keys.Credentials, words));
}
