using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CredHelper.Platform;

/// <summary>
/// The part of standard input that the early start (Core/CachedGet) read before it left the request to the normal
/// start. Plain memory without a constructor, so that it can be written before the runtime starts.
/// </summary>
internal static unsafe class EarlyInput
{
    public const int Capacity = 1024;

    private static Block _block;
    private static int _length;
    private static bool _hasEnded;

    /// <summary>
    /// Whether the end of standard input was read: at a terminal, the user would have to signal it again.
    /// </summary>
    public static bool HasEnded => _hasEnded;

    /// <param name="input">At most <see cref="Capacity"/> bytes.</param>
    /// <param name="hasEnded">Whether this is all of standard input.</param>
    public static void Keep(Bytes input, bool hasEnded)
    {
        byte* kept = Kept;
        for (int i = 0; i < input.Length; i++)
            kept[i] = input.Start[i];
        _length = input.Length;
        _hasEnded = hasEnded;
    }

    /// <summary>Copies the bytes to the front of a destination and returns their number.</summary>
    public static int CopyTo(Span<byte> destination)
    {
        new ReadOnlySpan<byte>(Kept, _length).CopyTo(destination);
        return _length;
    }

    private static byte* Kept => (byte*)Unsafe.AsPointer(ref Unsafe.As<Block, byte>(ref _block));

    [StructLayout(LayoutKind.Sequential, Size = Capacity)]
    private struct Block;
}
