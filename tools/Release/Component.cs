namespace CredHelper.Release;

/// <summary>Something that is in a program, and on what terms.</summary>
/// <param name="Version">Null where the program's file does not say.</param>
/// <param name="Notices">What its makers want to be handed on beside the licence.</param>
/// <param name="Package">The distribution's package that was linked, see <see cref="LinkedPackages"/>.</param>
internal sealed record Component(
    string Name,
    string? Version,
    string Purl,
    string License,
    string Copyright,
    string? Notices = null,
    string? Package = null
);
