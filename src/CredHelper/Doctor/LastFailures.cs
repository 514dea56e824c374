using CredHelper.Cache;
using CredHelper.Platform;

namespace CredHelper.Doctor;

/// <summary>The last failed <c>get</c> of each registry, unless a token has been issued since.</summary>
internal static class LastFailures
{
    public static IReadOnlyList<FailureRecord> Of(CheckContext context)
    {
        if (TokenCache.OpenExisting(context.SettingsEnvironment) is not { } cache)
            return [];
        CachedToken[] tokens = [.. cache.Entries().Select(entry => entry.Token)];
        return
        [
            .. cache
                .Failures()
                .GroupBy(failure => failure.Registry)
                .Select(group => group.MaxBy(failure => failure.At)!)
                .Where(failure => !context.Tokens.ContainsKey(failure.Registry) && !tokens.Any(failure.IsOver))
                .OrderBy(failure => failure.Registry, StringComparer.Ordinal),
        ];
    }
}
