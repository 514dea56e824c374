using CredHelper.Aws.Config;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Aws.Sources;

/// <summary>An access key from the environment or a profile.</summary>
/// <param name="keys">Secret.</param>
/// <param name="words">The origin of the key, for people.</param>
/// <param name="facts">The origin of the key, for machines.</param>
internal sealed class AccessKey(SessionKeys keys, string words, SourceFacts facts) : ICredentialSource
{
    public const string IdVariable = "AWS_ACCESS_KEY_ID",
        SecretVariable = "AWS_SECRET_ACCESS_KEY";
    private const string TokenVariable = "AWS_SESSION_TOKEN";

    /// <summary>The kind of source, for machines.</summary>
    public const string Kind = "access-key";

    /// <summary>Returns the key in the environment; null if there is none.</summary>
    /// <param name="environment">The environment at the start of the process.</param>
    /// <param name="account">The account of a key such as <c>AWS_ACCESS_KEY_ID_123456789012</c>.</param>
    /// <exception cref="HelperException">One half of the pair is missing, or a value is not valid in a key.</exception>
    public static AccessKey? InEnvironment(EnvironmentSnapshot environment, string? account = null)
    {
        string suffix = account is null ? "" : "_" + account;
        string idName = IdVariable + suffix,
            secretName = SecretVariable + suffix;
        string? id = Value(environment, idName),
            secret = Value(environment, secretName);
        if (id is null && secret is null)
            return null;
        if (id is null || secret is null)
        {
            (string present, string missing) = id is null ? (secretName, idName) : (idName, secretName);
            throw new HelperException(
                FailureKind.Configuration,
                $"{present} is set but {missing} is not",
                $"set both, or {environment.RemovalOf(present)} to use a profile"
            );
        }
        var keys = new SessionKeys(id, secret, Value(environment, TokenVariable + suffix), Expiration: null);
        return new AccessKey(
            keys,
            $"access key from the environment{(account is null ? "" : $" ({idName})")}",
            new SourceFacts(Kind) { Variable = idName }
        );
    }

    public string Describe() => words;

    public SourceFacts Facts => facts;

    public Task<AwsIdentity> ResolveAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new AwsIdentity(keys.Credentials, words));

    private static string? Value(EnvironmentSnapshot environment, string name) =>
        environment[name] is { } value ? KeyText.Of(new Setting(value, name)) : null;
}
