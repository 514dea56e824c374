using CredHelper.Platform;

namespace CredHelper.Cache;

/// <summary>
/// Where our files live: <c>AWS_ECR_CACHE_DIR</c>, else <c>~/.ecr</c>, with one leaf for each kind and layout version,
/// so that two versions of the program never read each other's files.
/// </summary>
internal static class CacheLocation
{
    private const string TokensLeaf = "tokens-v1";
    private const string LoginsLeaf = "logins-v1";

    /// <summary>The directory of cached tokens; null, with the reason, where there is to be none.</summary>
    public static string? Tokens(EnvironmentSnapshot environment, out string? reason) =>
        Leaf(environment, TokensLeaf, out reason);

    /// <summary>The directory of logins to registries that are not ECR.</summary>
    public static string? Logins(EnvironmentSnapshot environment, out string? reason) =>
        Leaf(environment, LoginsLeaf, out reason);

    /// <summary>
    /// Whether <c>AWS_ECR_DISABLE_CACHE</c> is set; any value counts, <c>false</c> too, as in AWS's helper.
    /// </summary>
    public static bool IsDisabled(EnvironmentSnapshot environment) => environment["AWS_ECR_DISABLE_CACHE"] is not null;

    private static string? Leaf(EnvironmentSnapshot environment, string leaf, out string? reason)
    {
        if (IsDisabled(environment))
        {
            reason = "AWS_ECR_DISABLE_CACHE is set";
            return null;
        }
        string? parent;
        if (environment["AWS_ECR_CACHE_DIR"] is { } named)
        {
            parent = environment.ExpandHome(named);
            reason = $"AWS_ECR_CACHE_DIR={named} is not an absolute path";
        }
        else
        {
            parent = environment.Home is { } home ? Path.Combine(home, ".ecr") : null;
            reason = "there is no home directory";
            if (parent is not null && RootInForeignHome(environment.Home!))
            {
                reason = $"{environment.Home} belongs to another user and we are root";
                return null;
            }
        }
        if (parent is null || !Path.IsPathFullyQualified(parent) || parent.Contains('\0'))
            return null;
        reason = null;
        return Path.Combine(parent, leaf);
    }

    /// <summary>Under <c>sudo</c> with the caller's HOME, files of root in there would lock the owner out.</summary>
    private static bool RootInForeignHome(string home) =>
        OperatingSystem.IsLinux() && Posix.EffectiveUserId() == 0 && FileStatus.Of(home) is { UserId: not 0 };
}
