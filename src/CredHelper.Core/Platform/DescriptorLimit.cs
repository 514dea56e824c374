using System.Globalization;
using System.Runtime.Versioning;
using CredHelper.Errors;

namespace CredHelper.Platform;

/// <summary>
/// Checks that enough file descriptors are available. Without them, unrelated errors appear: a file "cannot be read", a
/// host "cannot be reached", or .NET cannot initialize a type.
/// </summary>
internal static class DescriptorLimit
{
    /// <summary>Enough for files, a connection and its certificates.</summary>
    public const int ForGet = 4;

    /// <summary>Enough to also run other programs with their pipes.</summary>
    public const int ForPrograms = 16;

    /// <summary>Raises the limit of this process if necessary and allowed.</summary>
    /// <exception cref="HelperException">Too few descriptors are available even so.</exception>
    public static void Require(int count)
    {
        if (!OperatingSystem.IsLinux() || CountFree(count) == count)
            return;
        ulong limit = RaiseLimit();
        int free = CountFree(count);
        if (free == count)
            return;
        throw new HelperException(
            FailureKind.Other,
            string.Create(
                CultureInfo.InvariantCulture,
                $"too few file descriptors: {free} available, {count} required (limit {limit})"
            ),
            "ulimit -n 1024"
        );
    }

    [SupportedOSPlatform("linux")]
    private static unsafe int CountFree(int most)
    {
        const int CloseOnExec = 0x80000;
        int* descriptors = stackalloc int[most];
        int count = 0;
        while (count < most && (descriptors[count] = LibC.CreateEvent(0, CloseOnExec)) >= 0)
            count++;
        for (int i = 0; i < count; i++)
            _ = LibC.Close(descriptors[i]);
        return count;
    }

    /// <summary>Returns the limit after raising it.</summary>
    [SupportedOSPlatform("linux")]
    private static unsafe ulong RaiseLimit()
    {
        const int Files = 7;
        ulong* softAndHard = stackalloc ulong[2];
        if (LibC.GetLimit(Files, softAndHard) != 0 || softAndHard[0] == softAndHard[1])
            return softAndHard[0];
        softAndHard[0] = softAndHard[1];
        _ = LibC.SetLimit(Files, softAndHard);
        _ = LibC.GetLimit(Files, softAndHard);
        return softAndHard[0];
    }
}
