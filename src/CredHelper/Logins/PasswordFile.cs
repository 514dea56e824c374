using System.Text;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Logins;

/// <summary>
/// A password in a file, such as a mounted secret. It is read every time, because secrets are rotated. The file must
/// belong to the user or root and be closed to other users; a group may read it, as in Kubernetes secrets.
/// </summary>
internal static class PasswordFile
{
    private const int LongestFile = 64 * 1024;

    private const UnixFileMode Forbidden = UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <param name="path">An absolute path.</param>
    /// <param name="origin">The section that names it.</param>
    /// <exception cref="HelperException">It is missing, empty, or open to others.</exception>
    public static string Read(string path, string origin)
    {
        string subject = $"password_file {ForeignText.Clean(path)} of {origin}";
        FileRead result = RegularFile.Read(path, LongestFile, out byte[] content);
        if (result != FileRead.Ok)
        {
            throw Failure(
                result == FileRead.Missing ? $"{subject} does not exist" : $"{subject} cannot be read as a file",
                "mount the secret, or create a regular file that this user can read"
            );
        }
        RequirePrivate(path, subject);
        string password = Encoding.UTF8.GetString(content).TrimEnd('\r', '\n');
        if (password.Length == 0 || password.Any(char.IsControl))
        {
            throw Failure(
                password.Length == 0
                    ? $"{subject} is empty"
                    : $"{subject} has more than one line or a control character",
                "write only the password to it, on one line"
            );
        }
        return password;
    }

    private static void RequirePrivate(string path, string subject)
    {
        if (OperatingSystem.IsWindows() || FileStatus.Of(path) is not { } status)
            return;
        if ((status.Permissions & Forbidden) != 0)
        {
            throw Failure(
                $"{subject} is open to other users",
                $"chmod 600 {ShellWord.Quote(path)}; for a Kubernetes secret set defaultMode: 0400, for a Docker "
                    + "secret mode: 0400"
            );
        }
        if (OperatingSystem.IsLinux() && status.UserId != 0 && status.UserId != Posix.EffectiveUserId())
        {
            throw Failure(
                $"{subject} belongs to another user",
                $"chown {Posix.EffectiveUserId()} {ShellWord.Quote(path)}"
            );
        }
    }

    private static HelperException Failure(string problem, string hint) =>
        new(FailureKind.Configuration, problem, hint);
}
