using CredHelper.Platform;

namespace CredHelper.CachedGet;

/// <summary>The kinds of inputs of a cached token. Each has its own word in an entry.</summary>
internal enum DependencyKind
{
    /// <summary>The value of a variable.</summary>
    Variable,

    /// <summary>The content of a file.</summary>
    File,

    /// <summary>
    /// Every variable, except those of <see cref="DependencyDigest.IsOfShell"/> and settings that do not affect the
    /// identity: a program that we start may read any of them.
    /// </summary>
    Environment,

    /// <summary>The working directory: its path, its path in <c>PWD</c>, and its identity in the file system.</summary>
    Directory,

    /// <summary>
    /// The file that a path leads to, its size and the time of its last change. Used for programs of any size.
    /// </summary>
    Program,
}

/// <summary>The word of each kind.</summary>
internal static class DependencyWord
{
    /// <summary>The words, in the order of the enumeration's values.</summary>
    private static ReadOnlySpan<byte> All => "variable file environment directory program"u8;

    public static Bytes Of(DependencyKind kind)
    {
        Bytes words = All;
        Bytes word = default;
        for (int i = 0; i <= (int)kind; i++)
            _ = Bytes.TryTake(ref words, (byte)' ', out word);
        return word;
    }

    /// <summary>Returns false if the word does not denote a kind.</summary>
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
