namespace CredHelper.Platform;

/// <summary>
/// Expands paths below the home directory, as Python's os.path.expanduser and expandvars do for the AWS CLI. Usable
/// before the runtime starts (Core/CachedGet).
/// </summary>
internal static class HomePath
{
    /// <summary>
    /// Adds the path that a variable names, or a path below the home directory if the variable is empty; false if the
    /// home directory is unknown.
    /// </summary>
    public static bool TryAdd(ref Scratch scratch, Bytes home, Bytes named, Bytes belowHome) =>
        named.IsEmpty ? TryAddBelow(ref scratch, home, belowHome) : TryExpand(ref scratch, home, named);

    /// <summary>
    /// Adds a path and replaces a leading <c>~</c>, <c>$HOME</c> or <c>${HOME}</c>, alone or before a slash, with the
    /// home directory; false if that is unknown. Other variables are not expanded, because the cache key does not cover
    /// their values.
    /// </summary>
    public static bool TryExpand(ref Scratch scratch, Bytes home, Bytes path)
    {
        int length = PrefixLength(path, "~"u8) + PrefixLength(path, "$HOME"u8) + PrefixLength(path, "${HOME}"u8);
        if (length > 0)
            return TryAddBelow(ref scratch, home, path.From(length == path.Length ? length : length + 1));
        scratch.Add(path);
        return true;
    }

    /// <summary>Returns the length of a word that is the first element of a path; 0 if it is not.</summary>
    private static unsafe int PrefixLength(Bytes path, Bytes word)
    {
        bool isFirst = path.StartsWith(word) && (path.Length == word.Length || IsSeparator(path.Start[word.Length]));
        return isFirst ? word.Length : 0;
    }

    private static bool IsSeparator(byte character) =>
        character == '/' || (OperatingSystem.IsWindows() && character == '\\');

    /// <summary>Adds the path of a name in a directory; false if the directory is empty.</summary>
    public static unsafe bool TryAddBelow(ref Scratch scratch, Bytes directory, Bytes name)
    {
        if (directory.IsEmpty)
            return false;
        scratch.Add(directory);
        byte last = directory.Start[directory.Length - 1];
        if (!IsSeparator(last))
            scratch.Add((byte)(OperatingSystem.IsWindows() ? '\\' : '/'));
        int begin = scratch.Length;
        scratch.Add(name);
        if (OperatingSystem.IsWindows() && !scratch.IsFull)
            UseBackslashes(scratch.Since(begin));
        return true;
    }

    /// <summary>Windows also accepts slashes, but messages with both kinds are hard to read.</summary>
    private static unsafe void UseBackslashes(Bytes path)
    {
        for (int i = 0; i < path.Length; i++)
        {
            if (path.Start[i] == '/')
                path.Start[i] = (byte)'\\';
        }
    }
}
