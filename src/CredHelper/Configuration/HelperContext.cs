using CredHelper.Cache;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Configuration;

/// <summary>
/// The state of one run of the full lookup: the environment with the home directory, the settings, the cache or the
/// reason why there is none, and the clock.
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

    /// <summary>
    /// The environment that the process was started with: it determines the identity, and children inherit it.
    /// </summary>
    public EnvironmentSnapshot Caller { get; }

    public RegistryConfiguration Configuration { get; }

    /// <summary>
    /// The caller's environment with the settings of the registry configuration's <c>[default]</c> section: settings
    /// are read from here.
    /// </summary>
    public EnvironmentSnapshot Environment { get; }

    public HelperSettings Settings { get; }

    public TimeProvider Time { get; }

    public DebugLog Log { get; }

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <exception cref="HelperException">
    /// A setting of this program is invalid, or the process may not open enough files.
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
            // A service without HOME has a home directory in the user database, as for the AWS CLI and docker; a user
            // who is missing there has "/".
            string home = System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile);
            environment = environment.WithDefaults(
                new Dictionary<string, string> { [EnvironmentSnapshot.HomeVariable] = home }
            );
            // .NET needs HOME for the user's own certificates. Without it, TLS connections fail for users who are
            // missing in the user database, which is common in containers.
            System.Environment.SetEnvironmentVariable("HOME", home);
        }
        return new HelperContext(environment, RegistryConfiguration.Load(environment), time);
    }

    /// <summary>
    /// The party that the run acts for, if it is not the user: a pod's service account. Cache entries for it are
    /// separate.
    /// </summary>
    public string? Subject { get; private init; }

    /// <summary>Returns the same run on behalf of another party.</summary>
    /// <param name="subject">Everything that determines the credentials of that party.</param>
    /// <param name="environment">The environment for its requests.</param>
    public HelperContext OnBehalfOf(string subject, EnvironmentSnapshot environment) =>
        new(environment, Configuration, Time) { Subject = subject };

    /// <summary>Returns the cache key of the identity.</summary>
    public CacheKey KeyIn(TokenCache cache)
    {
        var key = CacheKey.Compute(Caller, cache.Seed);
        return Subject is null ? key : key.OnBehalfOf(Subject);
    }

    /// <summary>
    /// Opens the cache; null if there cannot be one. The reason is only logged, because it is not an error.
    /// </summary>
    public TokenCache? OpenCache()
    {
        TokenCache? cache = TokenCache.OpenOrCreate(Environment, out string? reason);
        if (reason is not null)
            Log.Write($"no cache: {reason}");
        return cache;
    }
}
