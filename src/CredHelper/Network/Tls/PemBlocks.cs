using System.Buffers.Text;

namespace CredHelper.Network.Tls;

/// <summary>
/// The base64 texts of a PEM file's blocks labelled CERTIFICATE (RFC 7468), one after the other. Blocks with another
/// label are passed over, above all OpenSSL's TRUSTED CERTIFICATE, whose appended restrictions nobody here would
/// honour; so is a block that was cut off. Line ends may be LF, CRLF or CR, a byte order mark may stand in front.
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
            int body = label + Begin.Length;
            _position = body;
            if (!IsLineStart(label))
                continue;

            int length = _file[body..].IndexOf((byte)'-');
            if (length < 0)
                break;
            // The next block's header may stand here where this one was cut off: it is looked at again.
            _position = body + length;
            if (!_file[_position..].StartsWith(End))
                continue;
            _position += End.Length;
            Current = _file.Slice(body, length);
            return true;
        }

        _position = _file.Length;
        return false;
    }

    /// <summary>The certificate's DER bytes, or null where the text is no base64.</summary>
    public static byte[]? Decode(ReadOnlySpan<byte> base64)
    {
        byte[] der = new byte[Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
        return Base64.DecodeFromUtf8(base64, der, out _, out int written) == System.Buffers.OperationStatus.Done
            ? der[..written]
            : null;
    }

    private static ReadOnlySpan<byte> Begin => "-----BEGIN CERTIFICATE-----"u8;

    private static ReadOnlySpan<byte> End => "-----END CERTIFICATE-----"u8;

    private readonly bool IsLineStart(int at) =>
        at == 0 || _file[at - 1] is (byte)'\n' or (byte)'\r' || (at == 3 && _file.StartsWith("\uFEFF"u8));
}
