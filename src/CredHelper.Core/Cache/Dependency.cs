using CredHelper.CachedGet;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Cache;

/// <summary>An input of a cached token that only the slow way could find: see <see cref="DependencyDigest"/>.</summary>
internal readonly record struct Dependency(DependencyKind Kind, string Name)
{
    /// <inheritdoc cref="DependencyKind.Environment"/>
    public static Dependency WholeEnvironment { get; } = new(DependencyKind.Environment, "all variables");

    /// <inheritdoc cref="DependencyKind.Directory"/>
    public static Dependency WorkingDirectory => new(DependencyKind.Directory, Environment.CurrentDirectory);

    /// <summary>The kind as one word, as an entry and JSON have it.</summary>
    public string Word => DependencyWord.Of(Kind).ToString();

    /// <summary>
    /// A seeded digest of what the input holds now; null if it cannot be told, as of what is no small readable file.
    /// Never shown to anybody.
    /// </summary>
    public string? Digest(EnvironmentSnapshot environment, byte[] seed)
    {
        (DependencyKind kind, string name) = this;
        return NativeScratch.Use(
            (ref Scratch scratch) =>
            {
                EnvironmentBlock block = scratch.AddEnvironment(environment);
                Bytes seedBytes = scratch.AddCopy(seed);
                Bytes digest = DependencyDigest.Add(ref scratch, block, seedBytes, kind, scratch.AddText(name));
                return digest.IsEmpty ? null : digest.ToString();
            }
        );
    }

    /// <summary>The input in words, for people.</summary>
    public override string ToString()
    {
        string name = ForeignText.Clean(Name);
        return Kind switch
        {
            DependencyKind.Variable => $"variable {name}",
            DependencyKind.File => $"content of {name}",
            DependencyKind.Environment => "all environment variables",
            DependencyKind.Directory => $"working directory {name}",
            _ => $"program {name}",
        };
    }
}
