using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace CredHelper.Cache;

/// <summary>
/// A seeded XxHash128 over a list of fields. Each field goes in behind its length, and an absent field differs from an
/// empty one, so that no two lists run together. XxHash128 because SHA-256 starts OpenSSL up, which costs more than the
/// rest of a cached answer; collisions can be made by whoever knows the seed, so the seed is a private file of the
/// cache.
/// </summary>
internal sealed class Fingerprint
{
    private readonly XxHash128 _hash;

    public Fingerprint(ReadOnlySpan<byte> seed)
    {
        _hash = new XxHash128(seed.Length >= sizeof(long) ? BinaryPrimitives.ReadInt64LittleEndian(seed) : 0);
        Add(seed);
    }

    public void Add(ReadOnlySpan<byte> field)
    {
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, field.Length);
        _hash.Append(length);
        _hash.Append(field);
    }

    /// <summary>The text's UTF-16 units: no encoder is needed, and equal text gives equal bytes.</summary>
    public void Add(string? field)
    {
        if (field is null)
            AddAbsent();
        else
            Add(MemoryMarshal.AsBytes(field.AsSpan()));
    }

    public void Add(int field)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, field);
        Add(bytes);
    }

    /// <summary>
    /// No field has a length below zero, so none is taken for one that is absent, whatever the reason.
    /// </summary>
    public void AddAbsent(int reason = 0)
    {
        Span<byte> absent = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(absent, -1L - reason);
        _hash.Append(absent);
    }

    /// <summary>32 hexadecimal digits.</summary>
    public string Finish()
    {
        Span<byte> digest = stackalloc byte[16];
        _hash.GetCurrentHash(digest);
        return Convert.ToHexStringLower(digest);
    }
}
