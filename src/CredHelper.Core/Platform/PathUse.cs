namespace CredHelper.Platform;

/// <summary>
/// The purpose of a file, which decides which owners of its directories are accepted (<see cref="TrustedPath"/>).
/// </summary>
internal enum PathUse
{
    /// <summary>A configuration file of some user, which is edited and keeps its owner and mode.</summary>
    Edit,

    /// <summary>A file of this program that no other user may read.</summary>
    Private,

    /// <summary>A file of this program that everyone may read.</summary>
    Report,
}

/// <summary>Why a part of a path is not trusted.</summary>
internal enum PathFault
{
    ForeignDirectory,
    DirectoryOpenToOthers,
    ForeignLink,
}

/// <summary>A part of a path lets another user decide where a file is written.</summary>
/// <param name="part">The directory or link.</param>
/// <param name="isFixedBySticky">Whether setting the sticky bit fixes it.</param>
internal sealed class UntrustedPathException(PathFault fault, string part, bool isFixedBySticky = false)
    : IOException(Describe(fault, part))
{
    public PathFault Fault => fault;

    public string Part => part;

    public bool IsFixedBySticky => isFixedBySticky;

    private static string Describe(PathFault fault, string part) =>
        fault switch
        {
            PathFault.ForeignDirectory => $"{part} belongs to another user",
            PathFault.DirectoryOpenToOthers => $"other users may write to {part}",
            _ => $"{part} is a link that another user may have put there",
        };
}
