using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace CredHelper.Platform;

/// <summary>
/// Bytes at a fixed address: native memory, the environment of the process, or a literal. A span would call the throw
/// helpers of its bounds checks, which code that runs before the runtime starts (Core/CachedGet) may not call. Callers
/// must check the position before slicing.
/// </summary>
internal readonly unsafe struct Bytes(byte* start, int length)
{
    public readonly byte* Start = start;
    public readonly int Length = length;

    /// <summary>Converts a literal (<c>"…"u8</c>), which is part of the program's read-only data.</summary>
    public static implicit operator Bytes(ReadOnlySpan<byte> literal) =>
        new((byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(literal)), literal.Length);

    /// <summary>Returns a C string without its terminating zero.</summary>
    public static Bytes OfC(byte* start)
    {
        int length = 0;
        while (start[length] != 0)
            length++;
        return new Bytes(start, length);
    }

    public bool IsEmpty => Length == 0;

    /// <summary>For managed code only: spans may not be used before the runtime starts.</summary>
    public ReadOnlySpan<byte> Span => new(Start, Length);

    public Bytes From(int position) => new(Start + position, Length - position);

    public Bytes To(int position) => new(Start, position);

    public bool StartsWith(Bytes other)
    {
        if (other.Length > Length)
            return false;
        for (int i = 0; i < other.Length; i++)
        {
            if (Start[i] != other.Start[i])
                return false;
        }
        return true;
    }

    public bool IsSame(Bytes other) => Length == other.Length && StartsWith(other);

    /// <summary>Whether the text is one of these words, which are separated by single spaces.</summary>
    public bool IsOneOf(Bytes words)
    {
        while (TryTake(ref words, (byte)' ', out Bytes word))
        {
            if (IsSame(word))
                return true;
        }
        return false;
    }

    /// <summary>Removes the text up to the next separator from the front; false if nothing is left.</summary>
    public static bool TryTake(ref Bytes rest, byte separator, out Bytes part)
    {
        int end = rest.Find(separator);
        part = rest.To(end);
        if (rest.IsEmpty)
            return false;
        rest = rest.From(end < rest.Length ? end + 1 : end);
        return true;
    }

    /// <summary>Returns the position of a byte, or the length if it does not occur.</summary>
    public int Find(byte wanted)
    {
        int i = 0;
        while (i < Length && Start[i] != wanted)
            i++;
        return i;
    }

    /// <summary>Whether this text sorts before another by its bytes.</summary>
    public bool IsBefore(Bytes other)
    {
        int i = 0;
        while (i < Length && i < other.Length && Start[i] == other.Start[i])
            i++;
        return i < other.Length && (i == Length || Start[i] < other.Start[i]);
    }

    /// <summary>Whether every byte is a printable ASCII character or a space.</summary>
    public bool IsPrintable
    {
        get
        {
            for (int i = 0; i < Length; i++)
            {
                if (Start[i] is < (byte)' ' or > (byte)'~')
                    return false;
            }
            return true;
        }
    }

    /// <summary>Decodes the bytes as UTF-8. For managed code only.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Span);
}
