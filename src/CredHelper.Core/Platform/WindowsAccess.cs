using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace CredHelper.Platform;

/// <summary>
/// Access lists (DACL) of files and directories on Windows. What is private belongs to this user and gives access to
/// that user, SYSTEM and the Administrators alone, whatever its directory would hand down.
/// </summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class WindowsAccess
{
    private const AccessControlSections List = AccessControlSections.Access;

    private static readonly SecurityIdentifier LocalSystem = new(WellKnownSidType.LocalSystemSid, null),
        Administrators = new(WellKnownSidType.BuiltinAdministratorsSid, null),
        CreatorOwner = new(WellKnownSidType.CreatorOwnerSid, null);

    /// <summary>The user of this process, to whom new files belong.</summary>
    public static SecurityIdentifier User { get; } = CurrentUser();

    /// <summary>Whether this process has the rights of an administrator.</summary>
    public static bool IsElevated
    {
        get
        {
            using var identity = WindowsIdentity.GetCurrent();
            return new WindowsPrincipal(identity).IsInRole(WindowsBuiltInRole.Administrator);
        }
    }

    /// <summary>Whether this process runs as that account, named as services name it.</summary>
    public static bool IsUser(string account)
    {
        using var identity = WindowsIdentity.GetCurrent();
        if (account.Equals("LocalSystem", StringComparison.OrdinalIgnoreCase))
            return identity.IsSystem;
        return WindowsAccountName.Full(account).Equals(identity.Name, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Creates an empty file that only its owner can open.</summary>
    public static FileStream CreateFile(string path, FileShare share) =>
        new FileInfo(path).Create(
            FileMode.CreateNew,
            FileSystemRights.Read | FileSystemRights.Write,
            share,
            bufferSize: 1,
            FileOptions.None,
            PrivateFile()
        );

    /// <summary>Creates a directory, and those above it, for its owner alone; nothing if it is there.</summary>
    public static void CreateDirectory(string path) => new DirectoryInfo(path).Create(PrivateDirectory());

    /// <summary>Closes a directory to others, and what is created in it from now on.</summary>
    public static void MakePrivateDirectory(string path) =>
        new DirectoryInfo(path).SetAccessControl(PrivateDirectory());

    /// <summary>Closes a file to others.</summary>
    public static void MakePrivateFile(string path) => SetList(path, PrivateFile().GetSecurityDescriptorBinaryForm());

    /// <summary>The access list of a file, to give to the one that replaces it.</summary>
    public static byte[] ListOf(string path) =>
        new FileInfo(path).GetAccessControl(List).GetSecurityDescriptorBinaryForm();

    /// <summary>
    /// Gives a file an access list as it is. .NET's own call would add what the directory hands down now, which could
    /// open a file that was closed.
    /// </summary>
    /// <exception cref="UnauthorizedAccessException">It cannot be set.</exception>
    public static void SetList(string path, byte[] list)
    {
        const uint AccessList = 4;
        fixed (byte* start = list)
        {
            if (SetFileSecurity(path, AccessList, start) == 0)
                throw new UnauthorizedAccessException($"the access list of {path} cannot be set");
        }
    }

    [LibraryImport("advapi32", EntryPoint = "SetFileSecurityW", StringMarshalling = StringMarshalling.Utf16)]
    private static partial int SetFileSecurity(string path, uint kind, byte* descriptor);

    /// <summary>Whether a file or directory is this user's, or the system's own.</summary>
    public static bool IsOwn(FileSystemInfo place)
    {
        const AccessControlSections Owner = AccessControlSections.Owner;
        FileSystemSecurity security = place is DirectoryInfo directory
            ? directory.GetAccessControl(Owner)
            : ((FileInfo)place).GetAccessControl(Owner);
        return security.GetOwner(typeof(SecurityIdentifier)) is SecurityIdentifier owner && IsTrusted(owner);
    }

    /// <summary>Whether somebody else has access to a directory.</summary>
    public static bool IsOpenToOthers(string directory)
    {
        AuthorizationRuleCollection rules = new DirectoryInfo(directory)
            .GetAccessControl(List)
            .GetAccessRules(includeExplicit: true, includeInherited: true, typeof(SecurityIdentifier));
        return rules
            .Cast<FileSystemAccessRule>()
            .Any(rule =>
                rule.AccessControlType == AccessControlType.Allow
                && rule.IdentityReference is SecurityIdentifier one
                && one != CreatorOwner
                && !IsTrusted(one)
            );
    }

    private static FileSecurity PrivateFile() => Private<FileSecurity>(InheritanceFlags.None);

    private static DirectorySecurity PrivateDirectory() =>
        Private<DirectorySecurity>(InheritanceFlags.ContainerInherit | InheritanceFlags.ObjectInherit);

    private static T Private<T>(InheritanceFlags inheritance)
        where T : FileSystemSecurity, new()
    {
        var security = new T();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        foreach (SecurityIdentifier one in Trusted())
        {
            security.AddAccessRule(
                new FileSystemAccessRule(
                    one,
                    FileSystemRights.FullControl,
                    inheritance,
                    PropagationFlags.None,
                    AccessControlType.Allow
                )
            );
        }
        return security;
    }

    private static IEnumerable<SecurityIdentifier> Trusted() => new[] { User, LocalSystem, Administrators }.Distinct();

    private static bool IsTrusted(SecurityIdentifier one) => Trusted().Contains(one);

    private static SecurityIdentifier CurrentUser()
    {
        using var identity = WindowsIdentity.GetCurrent();
        return identity.User ?? throw new InvalidOperationException("this process has no user");
    }
}
