using CredHelper.Cache;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Configuration;

/// <summary>
/// One run on the slow way: the environment with its home found, the settings, the cache or why there is none, the
/// clock.
/// </summary>
internal sealed class HelperContext
{
    private HelperContext(EnvironmentSnapshot caller, RegistryConfiguration configuration, TimeProvider time)
    {
        Caller = caller;
        Configuration = configuration;
        Environment = caller.WithDefaults(configuration.Defaults, configuration.DefaultOrigins);
        Settings = HelperSettings.Of(Environment);
        Time = time;
        Log = new DebugLog(Environment, time);
    }

    /// <summary>The environment we were started with: what an identity is told by, and what children get.</summary>
    public EnvironmentSnapshot Caller { get; }

    public RegistryConfiguration Configuration { get; }

    /// <summary>
    /// The caller's, with what the <c>[default]</c> section of the registry map adds: where settings are read.
    /// </summary>
    public EnvironmentSnapshot Environment { get; }

    public HelperSettings Settings { get; }

    public TimeProvider Time { get; }

    public DebugLog Log { get; }

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <exception cref="HelperException">
    /// A setting of ours makes no sense, or the process may not open enough files.
    /// </exception>
    public static HelperContext Start(EnvironmentSnapshot environment) => Start(environment, TimeProvider.System);

    /// <inheritdoc cref="Start(EnvironmentSnapshot)"/>
    public static HelperContext Start(EnvironmentSnapshot environment, TimeProvider time)
    {
        DescriptorLimit.Require(DescriptorLimit.ForGet);
        StaticGlibc.Prepare();
        if (!OperatingSystem.IsWindows())
            Posix.IgnoreFileSizeSignal();
        if (environment.Home is null)
        {
            // A service without HOME has one in the user database, as aws-cli and docker find it; one that is not there
            // has "/".
            string home = System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile);
            environment = environment.WithDefaults(new Dictionary<string, string> { ["HOME"] = home });
            // .NET wants one for certificates of the user's own, and without makes no TLS connection for a user whom
            // the user database does not know, as in many a container.
            System.Environment.SetEnvironmentVariable("HOME", home);
        }
        return new HelperContext(environment, RegistryConfiguration.Load(environment), time);
    }

    /// <summary>
    /// Whom the run acts for, if that is not the user: a pod's service account. Entries of the cache that were had for
    /// it are its own.
    /// </summary>
    public string? Subject { get; private init; }

    /// <summary>The same run on behalf of somebody else.</summary>
    /// <param name="subject">Who that is: all that decides what is had for it.</param>
    /// <param name="environment">The environment in which it is had.</param>
    public HelperContext OnBehalfOf(string subject, EnvironmentSnapshot environment) =>
        new(environment, Configuration, Time) { Subject = subject };

    /// <summary>Who asks, in a cache.</summary>
    public CacheKey KeyIn(TokenCache cache)
    {
        var key = CacheKey.Compute(Caller, cache.Seed);
        return Subject is null ? key : key.OnBehalfOf(Subject);
    }

    /// <summary>The cache, or null where there cannot be one; why goes to the log, since it is no failure.</summary>
    public TokenCache? OpenCache()
    {
        TokenCache? cache = TokenCache.OpenOrCreate(Environment, out string? reason);
        if (reason is not null)
            Log.Write($"no cache: {reason}");
        return cache;
    }
}
