namespace CredHelper.Platform;

/// <summary>
/// Paths below the home and paths that begin with <c>~</c>, as Python's os.path.expanduser reads them for the AWS CLI.
/// Usable before the runtime starts (Core/CachedGet).
/// </summary>
internal static class HomePath
{
    /// <summary>
    /// Adds the path that a variable names, else the one below the home; false if there is no home to start from.
    /// </summary>
    public static bool TryAdd(ref Scratch scratch, in EnvironmentBlock environment, Bytes variable, Bytes belowHome)
    {
        Bytes named = environment.Get(variable);
        return named.IsEmpty
            ? TryAddBelow(ref scratch, environment.Home, belowHome)
            : TryExpand(ref scratch, environment.Home, named);
    }

    /// <summary>Adds a path, its leading <c>~</c> replaced by the home; false if that is unknown.</summary>
    public static unsafe bool TryExpand(ref Scratch scratch, Bytes home, Bytes path)
    {
        bool isBelowHome = path.StartsWith("~"u8) && (path.Length == 1 || path.Start[1] == '/');
        if (isBelowHome)
            return TryAddBelow(ref scratch, home, path.From(path.Length == 1 ? 1 : 2));
        scratch.Add(path);
        return true;
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
