using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace CredHelper.Platform;

/// <summary>
/// Memory that is filled from the front: every path, file and answer of one run lies in it, one behind the other. What
/// does not fit leaves it full for good, and whoever relies on its content looks at <see cref="IsFull"/> first.
/// Allocates nothing; usable before the runtime starts (Core/CachedGet).
/// </summary>
internal unsafe struct Scratch(byte* start, int capacity)
{
    /// <summary>Characters of a digest.</summary>
    public const int DigestLength = 32;

    private readonly byte* _start = start;

    public int Length { get; private set; }

    public bool IsFull { get; private set; }

    /// <summary>Bytes that still fit.</summary>
    public readonly int Room => IsFull ? 0 : capacity - Length;

    /// <summary>Where the next byte goes.</summary>
    public readonly byte* End => _start + Length;

    /// <summary>What was added since the scratch had a length.</summary>
    public readonly Bytes Since(int length) => new(_start + length, Length - length);

    /// <summary>Forgets what was added since the scratch had a length.</summary>
    public void Rewind(int length) => Length = length;

    /// <summary>Counts bytes that were written at <see cref="End"/> as added.</summary>
    public void Advance(int count) => Length += count;

    /// <summary>Whether there is room for so many bytes; without it the scratch is full.</summary>
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

    /// <summary>Room for addresses, at a multiple of their size.</summary>
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
    /// What was added since the scratch had a length, with a zero behind it as the C library wants a path: the zero is
    /// not part of it. Empty if the scratch is full.
    /// </summary>
    public Bytes EndPath(int length)
    {
        Bytes path = Since(length);
        Add(0);
        return IsFull ? default : path;
    }

    /// <summary>Eight bytes, the lowest first.</summary>
    public void AddNumber(long number)
    {
        for (int i = 0; i < sizeof(long); i++)
            Add((byte)(number >> (8 * i)));
    }

    /// <summary>
    /// A field of what a digest is made of: its length and its bytes, so that no two lists of fields run together.
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

    /// <summary>A field that is absent, which differs from an empty one: no field has a length below zero.</summary>
    public void AddAbsent(int reason = 0) => AddNumber(-1L - reason);

    /// <summary>
    /// Adds a field that is filled in place: <see cref="EndField"/> writes its length, or why there is none.
    /// </summary>
    public int BeginField()
    {
        int field = Length;
        AddNumber(0);
        return field;
    }

    /// <param name="field">What <see cref="BeginField"/> returned.</param>
    /// <param name="absence">Null for a field, else the reason of its absence.</param>
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
    /// Replaces the fields since the scratch had a length by their seeded digest, 32 hexadecimal digits. XxHash128,
    /// because SHA-256 starts OpenSSL up, which costs more than the rest of a cached answer; collisions can be made by
    /// whoever knows the seed, so the seed is a private file of the cache.
    /// </summary>
    /// <param name="length">Where the fields begin; the first of them holds the seed.</param>
    /// <param name="seed">At least eight bytes.</param>
    public Bytes Digest(int length, Bytes seed)
    {
        if (IsFull)
            return default;
        Bytes fields = Since(length);
        // A constructor of the span would throw for a negative length.
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
