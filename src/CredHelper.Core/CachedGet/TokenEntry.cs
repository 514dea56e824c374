using CredHelper.Platform;

namespace CredHelper.CachedGet;

/// <summary>
/// The fields of a cached token as stored in its file. <see cref="Cache.CachedToken"/> is the counterpart for managed
/// code and documents them.
/// </summary>
internal unsafe struct TokenEntry
{
    private RecordReader _lines,
        _dependencies;
    private long _issuedAt,
        _renewAt,
        _expiresAt;

    /// <summary>The first line of the file, with the version of its layout.</summary>
    public static ReadOnlySpan<byte> Kind => "ecr-token 2"u8;

    public readonly Bytes Registry => Find("registry"u8);

    public readonly Bytes Alias => Find("alias"u8);

    public readonly Bytes Selector => Find("selector"u8);

    public readonly Bytes Source => Find("source"u8);

    public readonly Bytes Origin => Find("origin"u8);

    public readonly Bytes Username => Find("username"u8);

    public readonly Bytes Secret => Find("secret"u8);

    public readonly TokenTimes Times => new(_issuedAt, _renewAt, _expiresAt);

    /// <summary>The host that the token was fetched for: an alias of the registry, or its own host name.</summary>
    public readonly Bytes RequestedHost => Alias.IsEmpty ? Registry : Alias;

    /// <summary>Returns false if the content is not an intact entry.</summary>
    public static bool TryRead(ref Scratch scratch, Bytes seed, Bytes content, out TokenEntry entry)
    {
        entry = default;
        if (!RecordReader.TryOpen(ref scratch, seed, content, Kind, out RecordReader lines))
            return false;
        entry._lines = lines;
        entry._dependencies = lines;
        while (lines.TryNext(out Bytes name, out Bytes value))
        {
            if (!IsText(name) && !entry.TrySetTime(name, value) && !IsDependency(name, value))
                return false;
        }
        return !entry.Registry.IsEmpty && !entry.Secret.IsEmpty;
    }

    /// <summary>Reads the next input that the token depends on, with its digest at the time of the fetch.</summary>
    public bool TryNextDependency(out DependencyKind kind, out Bytes digest, out Bytes input)
    {
        while (_dependencies.TryNext(out Bytes name, out Bytes value))
        {
            if (DependencyWord.TryRead(name, out kind))
            {
                int space = value.Find((byte)' ');
                digest = value.To(space);
                input = value.From(space + 1);
                return true;
            }
        }
        kind = default;
        digest = default;
        input = default;
        return false;
    }

    /// <summary>A decimal number of at most 18 digits.</summary>
    public static bool TryNumber(Bytes text, out long number)
    {
        const int MostDigits = 18;
        number = 0;
        bool isNegative = text.StartsWith("-"u8);
        Bytes digits = text.From(isNegative ? 1 : 0);
        if (digits.Length is 0 or > MostDigits)
            return false;
        for (int i = 0; i < digits.Length; i++)
        {
            if (digits.Start[i] is < (byte)'0' or > (byte)'9')
                return false;
            number = number * 10 + (digits.Start[i] - '0');
        }
        number = isNegative ? -number : number;
        return true;
    }

    /// <summary>Returns the value of a line; empty if there is none.</summary>
    private readonly Bytes Find(Bytes wanted)
    {
        RecordReader lines = _lines;
        while (lines.TryNext(out Bytes name, out Bytes value))
        {
            if (name.IsSame(wanted))
                return value;
        }
        return default;
    }

    private static bool IsText(Bytes name) => name.IsOneOf("registry alias selector source origin username secret"u8);

    private bool TrySetTime(Bytes name, Bytes value) =>
        TrySet(ref _issuedAt, name, "issued"u8, value)
        || TrySet(ref _renewAt, name, "renew"u8, value)
        || TrySet(ref _expiresAt, name, "expires"u8, value);

    private static bool TrySet(ref long field, Bytes name, Bytes expected, Bytes value) =>
        name.IsSame(expected) && TryNumber(value, out field);

    private static bool IsDependency(Bytes name, Bytes value) =>
        DependencyWord.TryRead(name, out _) && value.Find((byte)' ') is > 0 and var space && space < value.Length;
}
