using CredHelper.Platform;

namespace CredHelper.Configuration;

/// <summary>
/// A registry host with <c>*</c> for any number of characters and <c>?</c> for one, as used by <c>allow</c> and the
/// section names of a registry configuration. Host names are compared without regard to the case of ASCII letters;
/// patterns are in lower case.
/// </summary>
internal readonly record struct HostPattern(string Text)
{
    public bool IsLiteral => !Text.AsSpan().ContainsAny('*', '?');

    /// <summary>
    /// How specific the pattern is: the largest weight wins if several patterns match. A host without wildcards takes
    /// precedence over every pattern.
    /// </summary>
    public int Weight => IsLiteral ? int.MaxValue : Text.Count(c => c is not ('*' or '?'));

    /// <summary>Whether the pattern can match a host at all.</summary>
    public static bool IsWellFormed(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '*' or '?');

    public bool Matches(string host) => Matches(Text, host);

    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> host)
    {
        // Backtracking to the last star is enough: an earlier one never needs to match more.
        int p = 0,
            h = 0,
            star = -1,
            resume = 0;
        while (h < host.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = h;
            }
            else if (
                p < pattern.Length
                && (pattern[p] == '?' || AsciiCase.ToLower(pattern[p]) == AsciiCase.ToLower(host[h]))
            )
            {
                p++;
                h++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                h = ++resume;
            }
            else
            {
                return false;
            }
        }
        while (p < pattern.Length && pattern[p] == '*')
            p++;
        return p == pattern.Length;
    }

    public override string ToString() => Text;
}
