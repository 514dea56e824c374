using System.Security.Cryptography;
using System.Text;
using CredHelper.CachedGet;
using CredHelper.Platform;

namespace CredHelper.Cache;

/// <summary>
/// 32 random bytes in a private file of the directory that they protect. Every digest in that directory is seeded with
/// them, so that nobody can compute colliding inputs in advance and a file copied from another machine is rejected.
/// </summary>
internal static class CacheSeed
{
    private const int Length = Hit.SeedLength;

    public static string FileName => Encoding.UTF8.GetString(Hit.SeedFile);

    /// <summary>Returns null if the file does not exist or is damaged.</summary>
    public static byte[]? Read(string leaf) =>
        RegularFile.Read(Path.Combine(leaf, FileName), Length, out byte[] seed, own: true) == FileRead.Ok
        && seed.Length == Length
            ? seed
            : null;

    /// <summary>Returns the seed of a directory and creates it if needed; null if it cannot be read back.</summary>
    /// <exception cref="IOException">The directory cannot be written.</exception>
    public static byte[]? ReadOrCreate(string leaf)
    {
        if (Read(leaf) is { } seed)
            return seed;
        // A seed of another length is damaged. Entries written under it are lost.
        byte[] fresh = RandomNumberGenerator.GetBytes(Length);
        if (!PrivateDirectory.TryCreate(leaf, FileName, fresh) && Read(leaf) is null)
            PrivateDirectory.Replace(leaf, FileName, fresh);
        return Read(leaf);
    }
}
