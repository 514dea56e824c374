using CredHelper.Platform;

namespace CredHelper.Diagnostics;

/// <summary>
/// The program's name and version, as it tells people and servers. <c>Full</c> and <c>FullBytes</c> are written by the
/// build: the version with the commit it was built from behind a <c>+</c>.
/// </summary>
internal static partial class ProgramVersion
{
    public static string Number => Full.Split('+')[0];

    /// <summary>Adds the line that the verb <c>version</c> prints.</summary>
    public static Bytes AddLine(ref Scratch scratch)
    {
        int begin = scratch.Length;
        scratch.Add(HelperName.ProgramBytes);
        scratch.Add((byte)' ');
        scratch.Add(FullBytes);
        scratch.Add((byte)'\n');
        return scratch.Since(begin);
    }

    public static string UserAgent => $"{HelperName.Program}/{Number}";
}
