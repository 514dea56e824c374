using CredHelper.Platform;

namespace CredHelper.Diagnostics;

/// <summary>
/// The program's name and version, as printed and as sent to servers. The build generates <c>Full</c> and
/// <c>FullBytes</c>: the version, a <c>+</c>, and the commit that it was built from.
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
