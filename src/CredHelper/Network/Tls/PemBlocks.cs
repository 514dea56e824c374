using System.Buffers.Text;

namespace CredHelper.Network.Tls;

/// <summary>
/// Iterates over the base64 texts of a PEM file's blocks labelled CERTIFICATE (RFC 7468) or TRUSTED CERTIFICATE
/// (OpenSSL, with trust settings appended). Blocks with other labels and truncated blocks are skipped. Line ends may be
/// LF, CRLF or CR, and a byte order mark may come first.
/// </summary>
internal ref struct PemBlocks(ReadOnlySpan<byte> file)
{
    private readonly ReadOnlySpan<byte> _file = file;
    private int _position;

    public ReadOnlySpan<byte> Current { get; private set; }

    public readonly PemBlocks GetEnumerator() => this;

    public bool MoveNext()
    {
        while (_file[_position..].IndexOf(Begin) is >= 0 and int found)
        {
            int label = _position + found;
            _position = label + Begin.Length;
            ReadOnlySpan<byte> name = NameAt(_position);
            if (!IsLineStart(label) || name.IsEmpty)
                continue;

            int body = _position + name.Length;
            int length = _file[body..].IndexOf((byte)'-');
            if (length < 0)
                break;
            // If this block was truncated, the text may be the next block's header, so read it again.
            _position = body + length;
            if (!_file[_position..].StartsWith(End) || !_file[(_position + End.Length)..].StartsWith(name))
                continue;
            _position += End.Length + name.Length;
            Current = _file.Slice(body, length);
            return true;
        }

        _position = _file.Length;
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

    private static ReadOnlySpan<byte> Begin => "-----BEGIN "u8;

    private static ReadOnlySpan<byte> End => "-----END "u8;

    private static ReadOnlySpan<byte> Plain => "CERTIFICATE-----"u8;

    private static ReadOnlySpan<byte> Trusted => "TRUSTED CERTIFICATE-----"u8;

    private readonly ReadOnlySpan<byte> NameAt(int position)
    {
        if (_file[position..].StartsWith(Plain))
            return Plain;
        return _file[position..].StartsWith(Trusted) ? Trusted : [];
    }

    private readonly bool IsLineStart(int at) =>
        at == 0 || _file[at - 1] is (byte)'\n' or (byte)'\r' || (at == 3 && _file.StartsWith("\uFEFF"u8));
}
