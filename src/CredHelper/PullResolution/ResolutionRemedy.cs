using CredHelper.Diagnostics;
using CredHelper.Errors;

namespace CredHelper.PullResolution;

/// <summary>The fix for a resolution that fails.</summary>
internal static class ResolutionRemedy
{
    /// <param name="reason">The failure: a helper that is missing or fails, or a configuration that cannot be
    /// read.</param>
    /// <param name="source">The configuration.</param>
    public static string Of(string reason, string source)
    {
        if (
            reason.Split(' ') is not [var program, var verb, ..]
            || !program.StartsWith(HelperName.Prefix, StringComparison.Ordinal)
        )
        {
            return $"correct {source}";
        }

        string word = ShellWord.Quote(program);
        return verb switch
        {
            "get" => $"run it by hand, with the HOST from {source}: echo HOST | {word} get",
            "list" => $"run it by hand: {word} list",
            _ => $"install {word} on the PATH, or remove it from {source}",
        };
    }
}
