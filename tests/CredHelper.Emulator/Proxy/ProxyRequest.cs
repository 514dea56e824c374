using System.Net.Sockets;
using System.Text;

namespace CredHelper.Emulator.Proxy;

/// <summary>The head of a request to a proxy, with all bytes that were received with it.</summary>
internal sealed class ProxyRequest
{
    private const int LargestHead = 64 * 1024;

    private readonly string[] _lines;

    private ProxyRequest(string head, byte[] received)
    {
        _lines = head.Split("\r\n");
        string[] words = _lines[0].Split(' ');
        (Method, Target) = (words[0], words.Length > 1 ? words[1] : "");
        Received = received;
    }

    public string Method { get; }

    public string Target { get; }

    public ReadOnlyMemory<byte> Received { get; }

    public bool IsTunnel => Method == "CONNECT";

    /// <summary>Null if the client disconnects before the end of the head.</summary>
    public static async Task<ProxyRequest?> ReadAsync(NetworkStream client, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[LargestHead];
        int length = 0;
        while (length < buffer.Length)
        {
            int read = await client.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
                return null;
            length += read;
            string head = Encoding.Latin1.GetString(buffer, 0, length);
            int end = head.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0)
                return new ProxyRequest(head[..end], buffer[..length]);
        }

        return null;
    }

    public string? Header(string name) =>
        _lines
            .Skip(1)
            .Select(line => line.Split(':', 2))
            .Where(header => header[0].Equals(name, StringComparison.OrdinalIgnoreCase))
            .Select(header => header[^1].Trim())
            .FirstOrDefault();
}
