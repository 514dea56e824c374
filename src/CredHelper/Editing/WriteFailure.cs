using CredHelper.Errors;

namespace CredHelper.Editing;

/// <summary>Why a file of somebody's cannot be read or replaced, in words, with what helps.</summary>
internal static class WriteFailure
{
    private const int Ebusy = 16,
        Enospc = 28,
        Erofs = 30,
        Edquot = 122;

    public static HelperException Of(string path, string what, string hint) =>
        new(FailureKind.Configuration, $"{path} {what}", hint);

    public static HelperException Of(string path, Exception e) =>
        e.HResult switch
        {
            Ebusy => Of(
                path,
                "is a mount of its own (a bind mount), so it cannot be replaced in one step",
                "edit it where it comes from, on the host or in the image"
            ),
            Enospc or Edquot => Of(
                path,
                "cannot be written: the disk or the quota is full",
                "make room; nothing was changed"
            ),
            Erofs => OnReadOnlySystem(path),
            _ when e is UnauthorizedAccessException => Denied(path),
            _ => Of(path, $"cannot be written: {ForeignText.Clean(e.Message)}", "nothing was changed"),
        };

    /// <param name="path">The file.</param>
    /// <param name="error">What access(2) of its directory says.</param>
    public static HelperException OfAccess(string path, int error) =>
        error == Erofs ? OnReadOnlySystem(path) : Denied(path);

    public static HelperException Foreign(string path) =>
        Of(
            path,
            "belongs to another user or group, which writing it would change",
            "run it as that user, or with sudo"
        );

    private static HelperException OnReadOnlySystem(string path) =>
        Of(path, "is on a read-only file system", "nothing was changed");

    private static HelperException Denied(string path) =>
        Of(path, "cannot be written: permission denied", "run it as the user the file belongs to, or with sudo");
}
