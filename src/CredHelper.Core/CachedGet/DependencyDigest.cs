using CredHelper.Platform;

namespace CredHelper.CachedGet;

/// <summary>
/// What an input holds now that only the slow way could find (the variable with an id token, a profile's token file,
/// the boot id where instance metadata answered). Its digest is kept with a cached token as a compiler keeps a file's
/// dependencies, and a hit compares it.
/// </summary>
internal static class DependencyDigest
{
    private const int LongestFile = 1024 * 1024;

    /// <summary>
    /// Adds a digest of what a variable holds; unset and empty differ. Empty if the variable is there twice.
    /// </summary>
    public static Bytes AddVariable(ref Scratch scratch, in EnvironmentBlock environment, Bytes seed, Bytes name)
    {
        int fields = Begin(ref scratch, seed, isFile: false, name);
        if (!environment.TryFind(name, out Bytes value, out bool isSet))
            return default;
        if (isSet)
            scratch.AddField(value);
        else
            scratch.AddAbsent();
        return scratch.Digest(fields, seed);
    }

    /// <summary>
    /// Adds a digest of what a file holds; missing and empty differ. Empty for what is no small readable file: its
    /// content is unknown and may change unseen.
    /// </summary>
    public static Bytes AddFile(ref Scratch scratch, Bytes seed, Bytes path)
    {
        int begin = scratch.Length;
        scratch.Add(path);
        Bytes terminated = scratch.EndPath(begin);
        int fields = Begin(ref scratch, seed, isFile: true, path);
        int field = scratch.BeginField();
        FileRead result = NativeFile.Append(ref scratch, terminated, LongestFile);
        scratch.EndField(field, result == FileRead.Ok ? null : 0);
        return result is FileRead.Ok or FileRead.Missing ? scratch.Digest(fields, seed) : default;
    }

    private static int Begin(ref Scratch scratch, Bytes seed, bool isFile, Bytes name)
    {
        int fields = scratch.Length;
        scratch.AddField(seed);
        scratch.AddField(isFile ? 1 : 0);
        scratch.AddField(name);
        return fields;
    }
}
