using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace CredHelper.Platform;

/// <summary>
/// Bytes at an address that does not move: native memory, the environment of the process, or a literal. A span would
/// bring the throw helpers of its bounds checks, which code that runs before the runtime starts (Core/CachedGet) may
/// not call; whoever slices these bytes has checked the position.
/// </summary>
internal readonly unsafe struct Bytes(byte* start, int length)
{
    public readonly byte* Start = start;
    public readonly int Length = length;

    /// <summary>A literal (<c>"…"u8</c>), which lies in the program's read-only data.</summary>
    public static implicit operator Bytes(ReadOnlySpan<byte> literal) =>
        new((byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(literal)), literal.Length);

    /// <summary>A string of C, without the zero at its end.</summary>
    public static Bytes OfC(byte* start)
    {
        int length = 0;
        while (start[length] != 0)
            length++;
        return new Bytes(start, length);
    }

    public bool IsEmpty => Length == 0;

    /// <summary>For managed code only: a span is not for the time before the runtime starts.</summary>
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

    /// <summary>Whether it is one of these words, which are separated by single spaces.</summary>
    public bool IsOneOf(Bytes words)
    {
        while (TryTake(ref words, (byte)' ', out Bytes word))
        {
            if (IsSame(word))
                return true;
        }
        return false;
    }

    /// <summary>Takes what comes before the next separator off the front; false if nothing is left.</summary>
    public static bool TryTake(ref Bytes rest, byte separator, out Bytes part)
    {
        int end = rest.Find(separator);
        part = rest.To(end);
        if (rest.IsEmpty)
            return false;
        rest = rest.From(end < rest.Length ? end + 1 : end);
        return true;
    }

    /// <summary>The position of a byte; the length if it does not occur.</summary>
    public int Find(byte wanted)
    {
        int i = 0;
        while (i < Length && Start[i] != wanted)
            i++;
        return i;
    }

    /// <summary>Whether it comes first in the order of its bytes.</summary>
    public bool IsBefore(Bytes other)
    {
        int i = 0;
        while (i < Length && i < other.Length && Start[i] == other.Start[i])
            i++;
        return i < other.Length && (i == Length || Start[i] < other.Start[i]);
    }

    /// <summary>Whether every byte is a character of ASCII that shows on paper, the space included.</summary>
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

    /// <summary>The text of these bytes, which are UTF-8. For managed code only.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Span);
}
