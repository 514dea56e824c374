using CredHelper.Platform;

namespace CredHelper.Cache;

/// <summary>Where an input of a cached token stands.</summary>
internal enum DependencyKind
{
    Variable,
    File,
}

/// <summary>
/// An input that only the slow way could find (the variable with an id token, a profile's token file, the boot id where
/// instance metadata answered), kept with a cached token as a compiler keeps a file's dependencies: a hit checks it
/// again.
/// </summary>
internal readonly record struct Dependency(DependencyKind Kind, string Name)
{
    private const int LongestFile = 1024 * 1024;

    /// <summary>
    /// A seeded digest of what the input holds now; absent and empty differ. Null for what is no small readable file:
    /// its content is unknown and may change unseen. Never shown to anybody.
    /// </summary>
    public string? Digest(EnvironmentSnapshot environment, byte[] seed)
    {
        var fingerprint = new Fingerprint(seed);
        fingerprint.Add((int)Kind);
        fingerprint.Add(Name);
        if (Kind == DependencyKind.Variable)
        {
            fingerprint.Add(environment.Variables.TryGetValue(Name, out string? value) ? value : null);
            return fingerprint.Finish();
        }
        FileRead result = RegularFile.Read(Name, LongestFile, out byte[] content);
        if (result == FileRead.Missing)
            fingerprint.AddAbsent();
        else
            fingerprint.Add(content);
        return result is FileRead.Ok or FileRead.Missing ? fingerprint.Finish() : null;
    }
}
