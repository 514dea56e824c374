using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace CredHelper.Platform;

/// <summary>
/// Memory that is filled from the front: every path, file and answer of one run is stored in it consecutively. If
/// something does not fit, it stays full, so callers check <see cref="IsFull"/> before they use its content. It
/// allocates nothing and is usable before the runtime starts (Core/CachedGet).
/// </summary>
internal unsafe struct Scratch(byte* start, int capacity)
{
    /// <summary>The number of characters in a digest.</summary>
    public const int DigestLength = 32;

    private readonly byte* _start = start;

    public int Length { get; private set; }

    public bool IsFull { get; private set; }

    /// <summary>The number of bytes that still fit.</summary>
    public readonly int Room => IsFull ? 0 : capacity - Length;

    /// <summary>The address of the next byte.</summary>
    public readonly byte* End => _start + Length;

    /// <summary>Returns everything added since the scratch had this length.</summary>
    public readonly Bytes Since(int length) => new(_start + length, Length - length);

    /// <summary>Discards everything added since the scratch had this length.</summary>
    public void Rewind(int length) => Length = length;

    /// <summary>Counts bytes that were written at <see cref="End"/> as added.</summary>
    public void Advance(int count) => Length += count;

    /// <summary>Whether this many bytes fit; if not, the scratch becomes full.</summary>
    public bool Reserve(int count)
    {
        if (Room < count)
            IsFull = true;
        return !IsFull;
    }

    public void Add(byte value)
    {
        if (!Reserve(1))
            return;
        *End = value;
        Length++;
    }

    public void Add(Bytes bytes)
    {
        if (!Reserve(bytes.Length))
            return;
        for (int i = 0; i < bytes.Length; i++)
            End[i] = bytes.Start[i];
        Length += bytes.Length;
    }

    /// <summary>Reserves aligned memory for addresses.</summary>
    public byte** ReservePointers(int count)
    {
        while (!IsFull && ((nuint)End & (nuint)(sizeof(byte*) - 1)) != 0)
            Add(0);
        byte** pointers = (byte**)End;
        if (Reserve(count * sizeof(byte*)))
            Advance(count * sizeof(byte*));
        return pointers;
    }

    /// <summary>
    /// Ends a path that began when the scratch had this length with a zero, as the C library requires; the zero is not
    /// part of the result. Empty if the scratch is full.
    /// </summary>
    public Bytes EndPath(int length)
    {
        Bytes path = Since(length);
        Add(0);
        return IsFull ? default : path;
    }

    /// <summary>Adds eight bytes, the lowest first.</summary>
    public void AddNumber(long number)
    {
        for (int i = 0; i < sizeof(long); i++)
            Add((byte)(number >> (8 * i)));
    }

    /// <summary>
    /// Adds a field of a digest's input: its length and its bytes, so that different lists of fields never give the
    /// same input.
    /// </summary>
    public void AddField(Bytes bytes)
    {
        AddNumber(bytes.Length);
        Add(bytes);
    }

    public void AddField(int value)
    {
        AddNumber(sizeof(int));
        for (int i = 0; i < sizeof(int); i++)
            Add((byte)(value >> (8 * i)));
    }

    /// <summary>Adds a missing field, which differs from an empty one: no field has a negative length.</summary>
    public void AddAbsent(int reason = 0) => AddNumber(-1L - reason);

    /// <summary>
    /// Begins a field that is filled in place. <see cref="EndField"/> writes its length, or the reason why it is
    /// missing.
    /// </summary>
    public int BeginField()
    {
        int field = Length;
        AddNumber(0);
        return field;
    }

    /// <param name="field">The value that <see cref="BeginField"/> returned.</param>
    /// <param name="absence">Null for a field, otherwise the reason why it is missing.</param>
    public void EndField(int field, int? absence = null)
    {
        if (IsFull)
            return;
        int end = Length;
        Length = field;
        if (absence is { } reason)
        {
            AddAbsent(reason);
            return;
        }
        AddNumber(end - field - sizeof(long));
        Length = end;
    }

    /// <summary>
    /// Replaces the fields added since the scratch had this length with their seeded digest, 32 hexadecimal digits. It
    /// uses XxHash128, because SHA-256 initializes OpenSSL, which takes longer than the rest of a cached answer. Anyone
    /// who knows the seed can produce collisions, so the seed is a private file of the cache.
    /// </summary>
    /// <param name="length">The start of the fields; the first one holds the seed.</param>
    /// <param name="seed">At least eight bytes.</param>
    public Bytes Digest(int length, Bytes seed)
    {
        if (IsFull)
            return default;
        Bytes fields = Since(length);
        // The constructor of a span would contain a throw helper for a negative length.
        ReadOnlySpan<byte> span = MemoryMarshal.CreateReadOnlySpan(ref *fields.Start, fields.Length);
        UInt128 digest = XxHash128.HashToUInt128(span, *(long*)seed.Start);
        Length = length;
        for (int i = 0; i < DigestLength; i++)
        {
            int digit = (int)(ulong)(digest >> (124 - 4 * i)) & 0xF;
            Add((byte)(digit < 10 ? '0' + digit : 'a' + digit - 10));
        }
        return Since(length);
    }
}
