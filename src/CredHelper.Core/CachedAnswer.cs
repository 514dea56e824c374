using CredHelper.Cache;
using CredHelper.CachedGet;
using CredHelper.Platform;

namespace CredHelper;

/// <summary>
/// Answers a cached <c>get</c> after the runtime has started: in builds without the early start (Windows, macOS, the
/// dynamic variant, tests), and for requests that the early start did not answer.
/// </summary>
internal static class CachedAnswer
{
    /// <summary>
    /// Returns the response, newline included, if a cached token can be used without calling AWS; null otherwise.
    /// </summary>
    public static byte[]? Find(string serverUrl, EnvironmentSnapshot environment, DateTimeOffset now) =>
        Find(serverUrl, environment, now, out _);

    /// <inheritdoc cref="Find(string, EnvironmentSnapshot, DateTimeOffset)"/>
    /// <param name="serverUrl">The server URL of a request, without surrounding whitespace.</param>
    /// <param name="environment">The environment that the identity is taken from.</param>
    /// <param name="now">The current time.</param>
    /// <param name="namesLog">Whether a registry configuration may turn on logging.</param>
    public static byte[]? Find(string serverUrl, EnvironmentSnapshot environment, DateTimeOffset now, out bool namesLog)
    {
        namesLog = false;
        if (!OperatingSystem.IsLinux() && TokenCache.OpenExisting(environment) is null)
            return null;
        (byte[]? line, namesLog) = NativeScratch.Use(
            (ref Scratch scratch) =>
            {
                EnvironmentBlock block = scratch.AddEnvironment(environment);
                Bytes url = scratch.AddText(serverUrl);
                if (!Hit.TryFindDirectory(ref scratch, block, out Bytes directory))
                    return (null, false);
                long time = now.ToUnixTimeMilliseconds();
                return Hit.TryAnswer(ref scratch, block, directory, url, time, out Bytes answer, out bool isNamed)
                    ? (answer.Span.ToArray(), isNamed)
                    : ((byte[]?)null, false);
            }
        );
        return line;
    }
}
