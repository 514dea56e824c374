using CredHelper.Platform;

namespace CredHelper.CachedGet;

/// <summary>
/// Reads the format of every file that this program writes: a first line with the kind, <c>name value</c> lines, and a
/// last line with a digest of everything before it. A file that was truncated, damaged or written by another program
/// does not match and is treated as missing. Values are returned as stored: <see cref="Cache.RecordFile"/> escapes
/// characters that would end a line.
/// </summary>
internal unsafe struct RecordReader
{
    private Bytes _rest;

    /// <summary>The name on the last line, followed by a space.</summary>
    public static ReadOnlySpan<byte> DigestName => "check "u8;

    /// <summary>Adds the digest of everything before the last line, as the last line stores it.</summary>
    public static Bytes AddDigest(ref Scratch scratch, Bytes seed, Bytes body)
    {
        int fields = scratch.Length;
        scratch.AddField(seed);
        scratch.AddField(body);
        return scratch.Digest(fields, seed);
    }

    /// <summary>Returns false if the content is not an intact record of that kind.</summary>
    public static bool TryOpen(ref Scratch scratch, Bytes seed, Bytes content, Bytes kind, out RecordReader reader)
    {
        reader = default;
        Bytes name = DigestName;
        int body = content.Length - name.Length - Scratch.DigestLength - 1;
        if (body <= kind.Length || content.Start[body - 1] != '\n' || content.Start[content.Length - 1] != '\n')
            return false;
        Bytes trailer = content.From(body);
        if (!content.StartsWith(kind) || content.Start[kind.Length] != '\n' || !trailer.StartsWith(name))
            return false;
        int begin = scratch.Length;
        bool isIntact = trailer.From(name.Length).StartsWith(AddDigest(ref scratch, seed, content.To(body)));
        isIntact &= !scratch.IsFull;
        scratch.Rewind(begin);
        reader._rest = content.To(body).From(kind.Length + 1);
        return isIntact;
    }

    /// <summary>Reads the next line with a name and a value; false at the end.</summary>
    public bool TryNext(out Bytes name, out Bytes value)
    {
        while (Bytes.TryTake(ref _rest, (byte)'\n', out Bytes line))
        {
            int space = line.Find((byte)' ');
            if (space == 0 || space == line.Length)
                continue;
            name = line.To(space);
            value = line.From(space + 1);
            return true;
        }
        name = default;
        value = default;
        return false;
    }
}
