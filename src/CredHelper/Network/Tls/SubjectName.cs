using System.Buffers;
using System.Buffers.Text;

namespace CredHelper.Network.Tls;

/// <summary>
/// Reads the subject of a certificate from its PEM text without decoding all of it and without the cryptographic
/// library: only one of a bundle's 150 roots is needed, and parsing the others would take most of the time of a request
/// without a cached token.
/// </summary>
internal static class SubjectName
{
    // In current roots, everything up to the subject (version, serial number, algorithm, issuer, validity) is within
    // 500 bytes. A root with a longer prefix is left to the real parser.
    private const int PrefixLength = 512;

    /// <summary>
    /// Returns false only if the subject was read and is none of the names (DER, compared byte by byte). Certificates
    /// that cannot be read this way are left to the real parser, so that none is missed.
    /// </summary>
    public static bool MayBeOneOf(ReadOnlySpan<byte> base64, List<byte[]> names)
    {
        Span<byte> prefix = stackalloc byte[PrefixLength];
        if (!TryRead(prefix[..DecodePrefix(base64, prefix)], out ReadOnlySpan<byte> subject))
            return true;
        foreach (byte[] name in names)
        {
            if (subject.SequenceEqual(name))
                return true;
        }

        return false;
    }

    /// <summary>
    /// Decodes line by line: the vectorized decoder stops at white space and would continue byte by byte.
    /// </summary>
    private static int DecodePrefix(ReadOnlySpan<byte> base64, Span<byte> prefix)
    {
        int length = 0;
        while (!base64.IsEmpty)
        {
            int end = base64.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = (end < 0 ? base64 : base64[..end]).TrimEnd(" \t\r"u8);
            base64 = end < 0 ? default : base64[(end + 1)..];
            OperationStatus status = Base64.DecodeFromUtf8(
                line,
                prefix[length..],
                out _,
                out int written,
                isFinalBlock: false
            );
            length += written;
            if (status != OperationStatus.Done)
                break;
        }

        return length;
    }

    /// <summary>
    /// RFC 5280, 4.1: Certificate { TBSCertificate { [0] version?, serial, signature, issuer, validity, subject … } …
    /// }.
    /// </summary>
    private static bool TryRead(ReadOnlySpan<byte> der, out ReadOnlySpan<byte> subject)
    {
        const byte sequence = 0x30,
            version = 0xA0;
        subject = default;
        if (
            !TryHeader(der, sequence, out int content, out _)
            || !TryHeader(der = der[content..], sequence, out content, out _)
        )
        {
            return false;
        }

        der = der[content..];
        if (!der.IsEmpty && der[0] == version && !TrySkip(ref der))
            return false;
        for (int field = 0; field < 4; field++)
        {
            if (!TrySkip(ref der))
                return false;
        }

        if (!TryHeader(der, sequence, out content, out int length) || length > der.Length - content)
            return false;
        subject = der[..(content + length)];
        return true;
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> der)
    {
        if (der.IsEmpty || !TryHeader(der, der[0], out int content, out int length) || length > der.Length - content)
            return false;
        der = der[(content + length)..];
        return true;
    }

    private static bool TryHeader(ReadOnlySpan<byte> der, byte tag, out int content, out int length)
    {
        content = 2;
        length = 0;
        if (der.Length < 2 || der[0] != tag)
            return false;
        length = der[1];
        if (length < 0x80)
            return true;

        int bytes = length & 0x7F;
        content += bytes;
        length = 0;
        if (bytes is 0 or > 3 || der.Length < content)
            return false;
        foreach (byte digit in der.Slice(2, bytes))
            length = (length << 8) | digit;
        return true;
    }
}
