namespace CredHelper.CredentialProviders;

/// <summary>Go's filepath.Match, for texts without a slash.</summary>
internal static class Glob
{
    /// <summary>Also returns false for an invalid pattern.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        while (!pattern.IsEmpty)
        {
            switch (pattern[0])
            {
                case '*':
                    return MatchesRest(pattern.TrimStart('*'), text);
                case '?' when !text.IsEmpty:
                    pattern = pattern[1..];
                    break;
                case '[' when !text.IsEmpty && TryClass(ref pattern, text[0]):
                    break;
                case '\\' when pattern.Length > 1 && !text.IsEmpty && pattern[1] == text[0]:
                    pattern = pattern[2..];
                    break;
                case not ('?' or '[' or '\\') when !text.IsEmpty && pattern[0] == text[0]:
                    pattern = pattern[1..];
                    break;
                default:
                    return false;
            }
            text = text[1..];
        }
        return text.IsEmpty;
    }

    private static bool MatchesRest(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        for (int i = 0; i <= text.Length; i++)
        {
            if (Matches(pattern, text[i..]))
                return true;
        }
        return false;
    }

    /// <summary>
    /// Removes a character class such as <c>[a-z]</c> or <c>[^0-9]</c> from the front of the pattern.
    /// </summary>
    private static bool TryClass(ref ReadOnlySpan<char> pattern, char c)
    {
        ReadOnlySpan<char> rest = pattern[1..];
        bool isNegated = rest is ['^', ..],
            isIn = false;
        if (isNegated)
            rest = rest[1..];
        for (int count = 0; rest is not [']', ..] || count == 0; count++)
        {
            if (!TryCharacter(ref rest, out char low))
                return false;
            char high = low;
            if (rest is ['-', ..])
            {
                rest = rest[1..];
                if (!TryCharacter(ref rest, out high))
                    return false;
            }
            isIn |= low <= c && c <= high;
        }
        pattern = rest[1..];
        return isIn != isNegated;
    }

    private static bool TryCharacter(ref ReadOnlySpan<char> rest, out char c)
    {
        c = '\0';
        if (rest is [] or ['-', ..] or [']', ..])
            return false;
        if (rest[0] == '\\')
            rest = rest[1..];
        if (rest.IsEmpty)
            return false;
        c = rest[0];
        rest = rest[1..];
        return !rest.IsEmpty;
    }
}
