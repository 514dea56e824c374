using CredHelper.CachedGet;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Cache;

/// <summary>
/// An input of a cached token that only the full lookup can find; see <see cref="DependencyDigest"/>.
/// </summary>
internal readonly record struct Dependency(DependencyKind Kind, string Name)
{
    /// <inheritdoc cref="DependencyKind.Environment"/>
    public static Dependency WholeEnvironment { get; } = new(DependencyKind.Environment, "all variables");

    /// <inheritdoc cref="DependencyKind.Directory"/>
    public static Dependency WorkingDirectory => new(DependencyKind.Directory, Environment.CurrentDirectory);

    /// <summary>The name of the kind in an entry and in JSON.</summary>
    public string Word => DependencyWord.Of(Kind).ToString();

    /// <summary>
    /// Returns a seeded digest of the input's current content; null if the content cannot be determined, for example
    /// because the file is too large or not readable. The digest is never printed.
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

    /// <summary>The input, described for people.</summary>
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
