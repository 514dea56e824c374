using System.Buffers.Binary;
using System.Runtime.Versioning;
using CredHelper.Platform;
using Microsoft.Win32.SafeHandles;

namespace CredHelper.Tests.Platform;

/// <summary>A POSIX access list in the kernel's format: rw for the owner, r for user 30413 and the group.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe class AccessLists
{
    public static readonly byte[] List = Make((1, 6, uint.MaxValue), (2, 4, 30413), (4, 4, uint.MaxValue));

    /// <summary>Returns false if the file system does not support access lists.</summary>
    public static bool TrySet(string path) => TrySet(path, "system.posix_acl_access");

    /// <summary>Sets the default access list for new files in a directory.</summary>
    public static bool TrySetDefault(string directory) => TrySet(directory, "system.posix_acl_default");

    private static bool TrySet(string path, string name)
    {
        using var handle = new SafeFileHandle(Posix.Open(path, Posix.OpenFlags.CloseOnExec), ownsHandle: true);
        fixed (byte* list = List)
            return Posix.SetAttribute(handle, name, list, (nuint)List.Length, 0) == 0;
    }

    private static byte[] Make(params (ushort Tag, ushort Rights, uint Id)[] entries)
    {
        const int Version = 2;
        const ushort Mask = 0x10,
            Other = 0x20;
        (ushort, ushort, uint)[] all = [.. entries, (Mask, 4, uint.MaxValue), (Other, 0, uint.MaxValue)];
        var list = new byte[4 + 8 * all.Length];
        BinaryPrimitives.WriteInt32LittleEndian(list, Version);
        for (int i = 0; i < all.Length; i++)
        {
            (ushort tag, ushort rights, uint id) = all[i];
            BinaryPrimitives.WriteUInt16LittleEndian(list.AsSpan(4 + 8 * i), tag);
            BinaryPrimitives.WriteUInt16LittleEndian(list.AsSpan(6 + 8 * i), rights);
            BinaryPrimitives.WriteUInt32LittleEndian(list.AsSpan(8 + 8 * i), id);
        }
        return list;
    }
}
