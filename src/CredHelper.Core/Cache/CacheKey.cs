using System.Text;
using CredHelper.Platform;
using CredHelper.Registry;

namespace CredHelper.Cache;

/// <summary>
/// Who asks, as far as it can be told without parsing, network or SDK: every <c>AWS_*</c> variable that can matter and
/// the bytes of the configuration files. Equal inputs give equal keys; whatever decides which AWS identity is used
/// changes them. What only the slow way finds out (a token file that a profile names) is a <see cref="Dependency"/> of
/// the cached entry.
/// </summary>
internal sealed class CacheKey
{
    /// <summary>Bytes. aws-sso-util writes files of several megabytes for organizations with many accounts.</summary>
    public const int LongestConfigFile = 16 * 1024 * 1024;

    private readonly byte[] _seed;
    private readonly string _digest;

    private CacheKey(byte[] seed, string digest, string selector)
    {
        _seed = seed;
        _digest = digest;
        Selector = selector;
    }

    /// <summary>
    /// The access key id, profile and role that the environment names, in plain words: repeated in every cache entry
    /// and compared on reading, so that even a collision of keys cannot hand one identity's token to another.
    /// </summary>
    public string Selector { get; }

    /// <param name="environment">The environment the identity comes from; its <c>HOME</c> must be known.</param>
    /// <param name="seed">The cache's own random seed.</param>
    public static CacheKey Compute(EnvironmentSnapshot environment, byte[] seed)
    {
        var fingerprint = new Fingerprint(seed);
        AddVariables(fingerprint, environment);
        fingerprint.Add(environment.Home);
        foreach (string? path in ConfigFiles(environment))
        {
            if (path is null)
            {
                fingerprint.AddAbsent();
                continue;
            }
            // What cannot be read counts by why it cannot: whether that is an error (a FIFO) or as good as an empty
            // file (/dev/null, another's home) is for the slow way to say, before anything is cached.
            FileRead result = RegularFile.Read(path, LongestConfigFile, out byte[] content);
            if (result == FileRead.Ok)
                fingerprint.Add(content);
            else
                fingerprint.AddAbsent((int)result);
        }
        return new CacheKey(seed, fingerprint.Finish(), DescribeSelector(environment));
    }

    /// <summary>The cache key of a registry under this identity, 32 hexadecimal digits.</summary>
    public string KeyOf(EcrRegistry registry) => registry.Alias is { } alias ? KeyOfAlias(alias) : KeyOf(registry.Host);

    /// <summary>
    /// The cache key of a host that stands for an ECR registry. Which registry that is does not count: the registry
    /// configuration that says it is part of the identity's digest.
    /// </summary>
    public string KeyOfAlias(string alias) => KeyOf("alias " + alias);

    /// <inheritdoc cref="KeyOf(EcrRegistry)"/>
    public string KeyOf(string purpose)
    {
        var fingerprint = new Fingerprint(_seed);
        fingerprint.Add(_digest);
        fingerprint.Add(purpose);
        return fingerprint.Finish();
    }

    /// <summary>The configuration files that can decide an identity: AWS's two and the registry maps.</summary>
    private static string?[] ConfigFiles(EnvironmentSnapshot environment) =>
        [
            environment.PathOf("AWS_CONFIG_FILE", ".aws/config"),
            environment.PathOf("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials"),
            SystemRegistryMap,
            environment.PathOf("AWS_ECR_CONFIG", ".ecr/config"),
        ];

    /// <summary>The registry map of the whole machine; null where the system has no such place.</summary>
    public static string? SystemRegistryMap => OperatingSystem.IsWindows() ? null : "/etc/ecr-login/config";

    private static void AddVariables(Fingerprint fingerprint, EnvironmentSnapshot environment)
    {
        List<string> names = environment.NamesFrom("AWS_");
        names.RemoveAll(IsIrrelevant);
        fingerprint.Add(names.Count);
        foreach (string name in names)
        {
            fingerprint.Add(name);
            fingerprint.Add(environment.Variables[name]);
        }
    }

    /// <summary>Variables named AWS_* that decide neither who we are nor what a registry answers.</summary>
    private static bool IsIrrelevant(string name) =>
        name
            is "AWS_CLI_AUTO_PROMPT"
                or "AWS_DEFAULT_OUTPUT"
                or "AWS_ECR_CACHE_DIR"
                or "AWS_ECR_DISABLE_CACHE"
                or "AWS_ECR_FALLBACK"
                or "AWS_ECR_IGNORE_CREDS_STORAGE"
                or "AWS_ECR_LOG"
                or "AWS_ECR_LOG_FILE"
                or "AWS_ECR_STORE_ECR_LOGINS"
                or "AWS_ECR_STRICT"
                or "AWS_ECR_TIMEOUT"
                or "AWS_MAX_ATTEMPTS"
                or "AWS_METADATA_SERVICE_NUM_ATTEMPTS"
                or "AWS_METADATA_SERVICE_TIMEOUT"
                or "AWS_PAGER"
                or "AWS_RETRY_MODE";

    private static string DescribeSelector(EnvironmentSnapshot environment)
    {
        var text = new StringBuilder();
        Append(text, "key", environment["AWS_ACCESS_KEY_ID"]);
        Append(text, "profile", environment["AWS_DEFAULT_PROFILE"] ?? environment["AWS_PROFILE"]);
        Append(text, "role", environment["AWS_ROLE_ARN"]);
        return text.Length > 0 ? text.ToString() : "default";

        static void Append(StringBuilder text, string what, string? value)
        {
            if (value is null)
                return;
            if (text.Length > 0)
                text.Append(' ');
            text.Append(what).Append('=');
            foreach (char c in value)
                text.Append(char.IsControl(c) || c == ' ' ? '_' : c);
        }
    }
}
