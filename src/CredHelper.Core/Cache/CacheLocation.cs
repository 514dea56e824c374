using CredHelper.CachedGet;
using CredHelper.Platform;

namespace CredHelper.Cache;

/// <summary>The directories of this program's own files, for managed code; see <see cref="CacheDirectory"/>.</summary>
internal static class CacheLocation
{
    /// <summary>The directory of cached tokens; null, with the reason, if tokens are not cached.</summary>
    public static string? Tokens(EnvironmentSnapshot environment, out string? reason) =>
        Leaf(environment, CacheDirectory.TokensLeaf, out reason);

    /// <summary>The directory of stored credentials for registries other than ECR.</summary>
    public static string? Logins(EnvironmentSnapshot environment, out string? reason) =>
        Leaf(environment, CacheDirectory.LoginsLeaf, out reason);

    /// <inheritdoc cref="CacheDirectory.IsDisabled"/>
    public static bool IsDisabled(EnvironmentSnapshot environment) =>
        NativeScratch.Use((ref Scratch scratch) => CacheDirectory.IsDisabled(scratch.AddEnvironment(environment)));

    private static string? Leaf(EnvironmentSnapshot environment, Bytes leaf, out string? reason)
    {
        (CacheDirectoryFault fault, string path) = NativeScratch.Use(
            (ref Scratch scratch) =>
                (
                    CacheDirectory.TryAdd(ref scratch, scratch.AddEnvironment(environment), leaf, out Bytes found),
                    found.ToString()
                )
        );
        reason = fault switch
        {
            CacheDirectoryFault.None => null,
            CacheDirectoryFault.Disabled => "AWS_ECR_DISABLE_CACHE is set",
            CacheDirectoryFault.NoHome => "the home directory is unknown",
            CacheDirectoryFault.HomeOfAnotherUser =>
                $"{environment.Home} belongs to another user, and this process runs as root",
            _ => $"AWS_ECR_CACHE_DIR={environment["AWS_ECR_CACHE_DIR"]} is not an absolute path",
        };
        return reason is null ? path : null;
    }
}
