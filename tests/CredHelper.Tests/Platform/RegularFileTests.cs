using CredHelper.Platform;
using CredHelper.Tests.Network;

namespace CredHelper.Tests.Platform;

public sealed class RegularFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(32 * 1024)]
    [InlineData(32 * 1024 + 1)]
    [InlineData(300_000)]
    public void ReadInPiecesIsComplete(int length)
    {
        byte[] content = new byte[length];
        Random.Shared.NextBytes(content);
        var read = new List<byte>();
        int last = 0;
        FileRead result = RegularFile.ReadPieces(
            _folder.Write("file", content),
            length,
            (piece, isLast) =>
            {
                // Leaves a byte of each piece, as a reader does that needs what follows.
                int used = isLast ? piece.Length : piece.Length - 1;
                read.AddRange(piece[..used]);
                last += isLast ? 1 : 0;
                return used;
            }
        );
        Assert.Equal(FileRead.Ok, result);
        Assert.Equal(content, read);
        Assert.Equal(1, last);
    }

    [Fact]
    public void PiecesGrowForAReaderThatNeedsTheWholeFile()
    {
        byte[] content = new byte[200_000];
        Random.Shared.NextBytes(content);
        byte[] whole = [];
        FileRead result = RegularFile.ReadPieces(
            _folder.Write("file", content),
            content.Length,
            (piece, isLast) =>
            {
                whole = isLast ? piece.ToArray() : [];
                return isLast ? piece.Length : 0;
            }
        );
        Assert.Equal(FileRead.Ok, result);
        Assert.Equal(content, whole);
    }

    [Fact]
    public void InPiecesIsRefusedAsWhole()
    {
        string file = _folder.Write("file", new byte[100]);
        foreach (string path in (string[])[file, _folder.Path, file + "/x", file + "\0", _folder.Path + "/none"])
        {
            FileRead whole = RegularFile.Read(path, 99, out _);
            Assert.NotEqual(FileRead.Ok, whole);
            Assert.Equal(whole, RegularFile.ReadPieces(path, 99, (_, _) => throw new InvalidOperationException()));
        }
    }

    public void Dispose() => _folder.Dispose();
}
