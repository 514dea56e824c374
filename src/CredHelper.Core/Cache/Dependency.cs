using CredHelper.CachedGet;
using CredHelper.Platform;

namespace CredHelper.Cache;

/// <summary>Where an input of a cached token stands.</summary>
internal enum DependencyKind
{
    Variable,
    File,
}

/// <summary>An input of a cached token that only the slow way could find: see <see cref="DependencyDigest"/>.</summary>
internal readonly record struct Dependency(DependencyKind Kind, string Name)
{
    /// <summary>
    /// A seeded digest of what the input holds now; null for what is no small readable file. Never shown to anybody.
    /// </summary>
    public string? Digest(EnvironmentSnapshot environment, byte[] seed)
    {
        (DependencyKind kind, string name) = this;
        return NativeScratch.Use(
            (ref Scratch scratch) =>
            {
                EnvironmentBlock block = scratch.AddEnvironment(environment);
                Bytes seedBytes = scratch.AddCopy(seed);
                Bytes input = scratch.AddText(name);
                Bytes digest =
                    kind == DependencyKind.File
                        ? DependencyDigest.AddFile(ref scratch, seedBytes, input)
                        : DependencyDigest.AddVariable(ref scratch, block, seedBytes, input);
                return digest.IsEmpty ? null : digest.ToString();
            }
        );
    }
}
