namespace CredHelper.Platform;

/// <summary>
/// Paths below the home and paths that begin with it, as Python's os.path.expanduser and expandvars read them for the
/// AWS CLI. Usable before the runtime starts (Core/CachedGet).
/// </summary>
internal static class HomePath
{
    /// <summary>
    /// Adds the path that a variable names, or the one below the home if it is empty; false if there is no home to
    /// start from.
    /// </summary>
    public static bool TryAdd(ref Scratch scratch, Bytes home, Bytes named, Bytes belowHome) =>
        named.IsEmpty ? TryAddBelow(ref scratch, home, belowHome) : TryExpand(ref scratch, home, named);

    /// <summary>
    /// Adds a path, its leading <c>~</c>, <c>$HOME</c> or <c>${HOME}</c>, alone or before a slash, replaced by the
    /// home; false if that is unknown. Other variables are not expanded: the cache key covers the home, but not what
    /// they hold.
    /// </summary>
    public static bool TryExpand(ref Scratch scratch, Bytes home, Bytes path)
    {
        int length = PrefixLength(path, "~"u8) + PrefixLength(path, "$HOME"u8) + PrefixLength(path, "${HOME}"u8);
        if (length > 0)
            return TryAddBelow(ref scratch, home, path.From(length == path.Length ? length : length + 1));
        scratch.Add(path);
        return true;
    }

    /// <summary>The length of a word that is a path's first element; 0 if it is not.</summary>
    private static unsafe int PrefixLength(Bytes path, Bytes word)
    {
        bool isFirst = path.StartsWith(word) && (path.Length == word.Length || path.Start[word.Length] == '/');
        return isFirst ? word.Length : 0;
    }

    /// <summary>Adds the path of a name in a directory; false if there is no directory.</summary>
    public static unsafe bool TryAddBelow(ref Scratch scratch, Bytes directory, Bytes name)
    {
        if (directory.IsEmpty)
            return false;
        scratch.Add(directory);
        byte last = directory.Start[directory.Length - 1];
        bool endsWithSeparator = last == '/' || (OperatingSystem.IsWindows() && last == '\\');
        if (!endsWithSeparator)
            scratch.Add((byte)(OperatingSystem.IsWindows() ? '\\' : '/'));
        scratch.Add(name);
        return true;
    }
}
