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
            return $"repair {source}";
        }

        string word = ShellWord.Quote(program);
        return verb switch
        {
            "get" => $"see what it says: echo HOST | {word} get, with the HOST that {source} names it for",
            "list" => $"see what it says: {word} list",
            _ => $"install {word} where the PATH leads, or take it out of {source}",
        };
    }
}
