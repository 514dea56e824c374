using System.Security.Cryptography;
using System.Text;
using CredHelper.CachedGet;
using CredHelper.Platform;

namespace CredHelper.Cache;

/// <summary>
/// 32 random bytes in a private file beside what they protect: they make every digest of that directory its own, so
/// that nobody can work out colliding inputs beforehand and a file copied from another machine is never taken for ours.
/// </summary>
internal static class CacheSeed
{
    private const int Length = Hit.SeedLength;

    public static string FileName => Encoding.UTF8.GetString(Hit.SeedFile);

    /// <summary>Null where there is none or it is damaged.</summary>
    public static byte[]? Read(string leaf) =>
        RegularFile.Read(Path.Combine(leaf, FileName), Length, out byte[] seed, own: true) == FileRead.Ok
        && seed.Length == Length
            ? seed
            : null;

    /// <summary>
    /// The seed of a directory, made by whichever process is first; null where it cannot be read back.
    /// </summary>
    /// <exception cref="IOException">The directory cannot be written.</exception>
    public static byte[]? ReadOrCreate(string leaf)
    {
        if (Read(leaf) is { } seed)
            return seed;
        // A seed of another length is damage, and what was written under it is lost with it.
        byte[] fresh = RandomNumberGenerator.GetBytes(Length);
        if (!PrivateDirectory.TryCreate(leaf, FileName, fresh) && Read(leaf) is null)
            PrivateDirectory.Replace(leaf, FileName, fresh);
        return Read(leaf);
    }
}
