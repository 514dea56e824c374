using CredHelper.Cache;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Doctor.Checks;

/// <summary>Checks the token cache: whether it can be used, its entries, and the last failures.</summary>
internal sealed class CacheCheck : ICheck
{
    public IEnumerable<Finding> Run(CheckContext context)
    {
        if (context.Helper is not { } helper)
            yield break;
        string? directory = CacheLocation.Tokens(helper.Environment, out string? reason);
        if (directory is null)
        {
            yield return Finding.Warn(
                "ECR601",
                $"no token cache: {reason}; every get requests a token from AWS",
                Remedy.Advise(
                    CacheLocation.IsDisabled(helper.Environment)
                        ? $"{helper.Environment.RemovalOf("AWS_ECR_DISABLE_CACHE")}; any value disables the cache"
                        : "set HOME or AWS_ECR_CACHE_DIR"
                )
            );
            yield break;
        }
        foreach (Finding finding in OfDirectory(context, helper, directory))
            yield return finding;
        if (LeftByAws(context, directory, helper.Now) is { } left)
            yield return left;
    }

    private static IEnumerable<Finding> OfDirectory(CheckContext context, HelperContext helper, string directory)
    {
        if (Directory.Exists(directory) && PrivateDirectory.WhyUnusable(directory) is { } unusable)
        {
            yield return Finding.Warn(
                "ECR601",
                $"no token cache: {unusable}; every get requests a token from AWS",
                Remedy.Run(context.Commands.AsClient($"rm -r {ShellWord.Quote(directory)}"))
            );
            yield break;
        }
        if (!Directory.Exists(directory))
        {
            yield return CanBeMade(directory)
                ? Finding.Ok("ECR601", $"the first token will create the token cache {directory}")
                : Finding.Warn(
                    "ECR601",
                    $"cannot create {directory}: the parent directory is not writable; every get requests a "
                        + "token from AWS",
                    Remedy.Advise("set AWS_ECR_CACHE_DIR to a directory that this user can write")
                );
            yield break;
        }
        yield return Finding.Ok("ECR601", $"the token cache is {directory}");
        foreach (CachedToken token in CacheListing.Of(helper.Environment))
        {
            yield return Finding.Ok("ECR602", CacheListing.Line(token, helper.Now)) with
            {
                RelativeText = CacheListing.RelativeLine(token, helper.Now),
            };
        }
        foreach (Finding finding in Failures(context, helper, directory))
            yield return finding;
    }

    /// <summary>
    /// AWS's helper keeps its cache file next to ours. Its tokens are valid for 12 hours at most, so an older file is
    /// unused.
    /// </summary>
    private static Finding? LeftByAws(CheckContext context, string directory, DateTimeOffset now)
    {
        string path = Path.Combine(Path.GetDirectoryName(directory)!, "cache.json");
        DateTime written = File.GetLastWriteTimeUtc(path);
        return File.Exists(path) && now - written > TimeSpan.FromHours(12)
            ? Finding.Warn(
                "ECR605",
                $"{path} was left by AWS's helper; its tokens have expired, and this helper does not read it",
                Remedy.Run(context.Commands.AsClient($"rm {ShellWord.Quote(path)}"))
            )
            : null;
    }

    private static IEnumerable<Finding> Failures(CheckContext context, HelperContext helper, string directory)
    {
        // A failure of this diagnosis already has its finding.
        long start = context.StartedAt.ToUnixTimeMilliseconds();
        foreach (FailureRecord failure in LastFailures.Of(context).Where(failure => failure.At < start))
        {
            long minutes = Math.Max(0, (helper.Now.ToUnixTimeMilliseconds() - failure.At) / 60000);
            yield return Finding.Warn(
                "ECR603",
                $"{failure.Registry}: the last get failed {minutes} min ago: {failure.Message}",
                failure.Hint is { } hint ? Remedy.Advise(hint) : null
            );
        }
        int held = PrivateDirectory
            .FileNames(directory)
            .Where(name => name.StartsWith("lock-", StringComparison.Ordinal))
            .Count(name => IsHeld(Path.Combine(directory, name)));
        if (held > 0)
        {
            yield return Finding.Warn(
                "ECR604",
                $"{held} refresh {(held == 1 ? "lock is" : "locks are")} held: a token is being requested, or a "
                    + "process hangs",
                Remedy.Run(context.Commands.AsRoot($"lsof {ShellWord.Quote(directory)}/lock-*"))
            );
        }
    }

    private static bool IsHeld(string path)
    {
        using RefreshLock? taken = RefreshLock
            .TakeAsync(path, TimeSpan.Zero, TimeProvider.System, Random.Shared, CancellationToken.None)
            .GetAwaiter()
            .GetResult();
        return taken is null;
    }

    private static bool CanBeMade(string directory)
    {
        string? parent = Path.GetDirectoryName(directory);
        while (parent is not null && !Directory.Exists(parent))
            parent = Path.GetDirectoryName(parent);
        return parent is not null && (OperatingSystem.IsWindows() || Posix.Access(parent, 2) == 0);
    }
}
