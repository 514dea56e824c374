using CredHelper.Cache;
using CredHelper.CachedGet;
using CredHelper.Platform;

namespace CredHelper;

/// <summary>
/// A cached <c>get</c> after the runtime has started: where there is no early start (Windows, macOS, the dynamic
/// variant, tests), and once more for what it left alone.
/// </summary>
internal static class CachedAnswer
{
    /// <summary>
    /// The line that answers if a cached token serves without a look at AWS, newline included; null otherwise.
    /// </summary>
    public static byte[]? Find(string serverUrl, EnvironmentSnapshot environment, DateTimeOffset now) =>
        Find(serverUrl, environment, now, out _);

    /// <inheritdoc cref="Find(string, EnvironmentSnapshot, DateTimeOffset)"/>
    /// <param name="serverUrl">One that came with a request, without blanks around it.</param>
    /// <param name="environment">The environment the identity comes from.</param>
    /// <param name="now">The time.</param>
    /// <param name="namesLog">Whether a registry map may want the answer logged.</param>
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
