namespace CredHelper.Diagnostics;

/// <summary>
/// The program's name and version, as it tells people and servers. <c>Full</c> is written by the build: the version
/// with the commit it was built from behind a <c>+</c>.
/// </summary>
internal static partial class ProgramVersion
{
    public static string Number => Full.Split('+')[0];

    public static string UserAgent => $"{HelperName.Program}/{Number}";
}
