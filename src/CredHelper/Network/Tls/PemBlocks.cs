using System.Buffers.Text;

namespace CredHelper.Network.Tls;

/// <summary>
/// Iterates over the base64 texts of a PEM file's blocks labelled CERTIFICATE (RFC 7468) or TRUSTED CERTIFICATE
/// (OpenSSL, with trust settings appended). Blocks with other labels and truncated blocks are skipped. Line ends may be
/// LF, CRLF or CR, and a byte order mark may come first.
/// </summary>
/// <param name="file">The file or a piece of it.</param>
/// <param name="isLast">Whether the file ends with these bytes.</param>
internal ref struct PemBlocks(ReadOnlySpan<byte> file, bool isLast)
{
    private readonly ReadOnlySpan<byte> _file = file;

    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>
    /// After the last block, the number of bytes that the next piece need not repeat: up to a block that is not
    /// complete, or up to what may be the beginning of one and what comes before that.
    /// </summary>
    public int Used { get; private set; }

    public bool MoveNext()
    {
        while (_file[Used..].IndexOf(Begin) is >= 0 and int found)
        {
            int label = Used + found;
            bool isLabel = IsLineStart(label);
            if (isLabel && !IsComplete(label))
            {
                Used = label;
                return false;
            }
            Used = label + 1;
            if (isLabel && TryRead(label + Begin.Length))
                return true;
        }

        Used = isLast ? _file.Length : Math.Max(Used, _file.Length - ByteOrderMark.Length - Begin.Length);
        return false;
    }

    /// <summary>
    /// Returns the certificate's DER bytes; null if the text is not base64, or if OpenSSL's trust settings after the
    /// certificate do not trust it for servers.
    /// </summary>
    public static byte[]? Decode(ReadOnlySpan<byte> base64)
    {
        byte[] der = new byte[Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
        return Base64.DecodeFromUtf8(base64, der, out _, out int written) == System.Buffers.OperationStatus.Done
            ? TrustedCertificate.CertificateOf(der.AsMemory(0, written))
            : null;
    }

    private static ReadOnlySpan<byte> ByteOrderMark => "\uFEFF"u8;

    private static ReadOnlySpan<byte> Begin => "-----BEGIN "u8;

    private static ReadOnlySpan<byte> End => "-----END "u8;

    private static ReadOnlySpan<byte> Plain => "CERTIFICATE-----"u8;

    private static ReadOnlySpan<byte> Trusted => "TRUSTED CERTIFICATE-----"u8;

    /// <summary>Whether the piece contains the longest header and, after the next body, the longest footer.</summary>
    private readonly bool IsComplete(int label)
    {
        if (isLast)
            return true;
        int body = label + Begin.Length + Trusted.Length;
        return body <= _file.Length
            && _file[body..].IndexOf((byte)'-') is >= 0 and int length
            && body + length + End.Length + Trusted.Length <= _file.Length;
    }

    private bool TryRead(int position)
    {
        ReadOnlySpan<byte> name = NameAt(position);
        if (name.IsEmpty)
            return false;
        int body = position + name.Length;
        int length = _file[body..].IndexOf((byte)'-');
        if (length < 0)
            return false;
        // If this block was truncated, the text may be the next block's header, so it is read again.
        int end = body + length;
        if (!_file[end..].StartsWith(End) || !_file[(end + End.Length)..].StartsWith(name))
            return false;
        Used = end + End.Length + name.Length;
        Current = _file.Slice(body, length);
        return true;
    }

    private readonly ReadOnlySpan<byte> NameAt(int position)
    {
        if (_file[position..].StartsWith(Plain))
            return Plain;
        return _file[position..].StartsWith(Trusted) ? Trusted : [];
    }

    private readonly bool IsLineStart(int at) =>
        at == 0
        || _file[at - 1] is (byte)'\n' or (byte)'\r'
        || (at == ByteOrderMark.Length && _file.StartsWith(ByteOrderMark));
}
