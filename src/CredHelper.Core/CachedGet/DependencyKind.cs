using CredHelper.Platform;

namespace CredHelper.CachedGet;

/// <summary>What an input of a cached token is. Each kind has a word of its own in an entry.</summary>
internal enum DependencyKind
{
    /// <summary>What a variable holds.</summary>
    Variable,

    /// <summary>What a file holds.</summary>
    File,

    /// <summary>
    /// Every variable but the few of <see cref="DependencyDigest.IsOfShell"/> and the settings that decide no identity:
    /// a program that we start may look at any of them.
    /// </summary>
    Environment,

    /// <summary>The working directory: its path, what <c>PWD</c> calls it, and which directory that is.</summary>
    Directory,

    /// <summary>
    /// Which file a path leads to, its size and the time of its last change: a program, however large.
    /// </summary>
    Program,
}

/// <summary>The word of each kind.</summary>
internal static class DependencyWord
{
    /// <summary>The kinds in the order of their numbers.</summary>
    private static ReadOnlySpan<byte> All => "variable file environment directory program"u8;

    public static Bytes Of(DependencyKind kind)
    {
        Bytes words = All;
        Bytes word = default;
        for (int i = 0; i <= (int)kind; i++)
            _ = Bytes.TryTake(ref words, (byte)' ', out word);
        return word;
    }

    /// <summary>False if the word is not one of a kind.</summary>
    public static bool TryRead(Bytes text, out DependencyKind kind)
    {
        Bytes words = All;
        for (kind = default; Bytes.TryTake(ref words, (byte)' ', out Bytes word); kind++)
        {
            if (text.IsSame(word))
                return true;
        }
        return false;
    }
}
