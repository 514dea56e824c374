namespace CredHelper.Release;

/// <summary>A component that is linked into a program, with its licence.</summary>
/// <param name="Version">Null if the program's file does not contain it.</param>
/// <param name="Notices">Notices that must accompany the licence.</param>
/// <param name="Package">The linked package of the distribution, see <see cref="LinkedPackages"/>.</param>
internal sealed record Component(
    string Name,
    string? Version,
    string Purl,
    string License,
    string Copyright,
    string? Notices = null,
    string? Package = null
);
