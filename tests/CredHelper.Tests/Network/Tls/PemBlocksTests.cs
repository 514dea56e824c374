using System.Text;
using CredHelper.Network.Tls;

namespace CredHelper.Tests.Network.Tls;

public sealed class PemBlocksTests
{
    private const string Begin = "-----BEGIN CERTIFICATE-----\n",
        End = "-----END CERTIFICATE-----\n";

    /// <summary>Files whose blocks, labels and line starts a piece may end in.</summary>
    private static readonly string[] Files =
    [
        "",
        "no block",
        $"{Begin}AAAA\nBBBB\n{End}",
        $"\uFEFF{Begin}AAAA\n{End}# comment\n{Begin}BBBB\n{End}",
        $"{Begin}AAAA\n{End}{Begin}BBBB\n{End}".Replace("\n", "\r\n", StringComparison.Ordinal),
        $"-----BEGIN TRUSTED CERTIFICATE-----\nAAAA\n-----END TRUSTED CERTIFICATE-----\n{Begin}BBBB\n{End}",
        $"-----BEGIN PRIVATE KEY-----\nKKKK\n-----END PRIVATE KEY-----\n{Begin}AAAA\n{End}",
        $"{Begin}TRUNCATED\n{Begin}AAAA\n{End}{Begin}CUT",
        $"{Begin}JOINED{Begin}AAAA\n{End}text{Begin}BBBB\n{End}",
        $"{Begin}AAAA\n-----END TRUSTED CERTIFICATE-----\n{Begin}BBBB\n{End}-----BEGIN -----BEGIN CERTIFICATE-----",
        $"-----BEGIN -----BEGIN {Begin}AAAA\n{End}------BEGIN CERTIFICATE-----\n{Begin}BBBB\n{End[..^1]}",
    ];

    [Fact]
    public void AreTheSameInPiecesOfAnyLength()
    {
        int blocks = 0;
        foreach (string file in Files)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(file);
            List<string> whole = Read(bytes, bytes.Length + 1);
            blocks += whole.Count;
            for (int length = 1; length <= bytes.Length; length++)
                Assert.Equal(whole, Read(bytes, length));
        }
        Assert.Equal(11, blocks);
    }

    /// <summary>Reads as RegularFile does: a piece without a complete block is read again with more bytes.</summary>
    private static List<string> Read(byte[] file, int length)
    {
        var texts = new List<string>();
        for (int start = 0, size = length; ; )
        {
            int count = Math.Min(size, file.Length - start);
            bool isLast = count < size;
            var blocks = new PemBlocks(file.AsSpan(start, count), isLast);
            while (blocks.MoveNext())
                texts.Add(Encoding.ASCII.GetString(blocks.Current));
            if (isLast)
                return texts;
            start += blocks.Used;
            size = blocks.Used == 0 ? size * 2 : size;
        }
    }
}
