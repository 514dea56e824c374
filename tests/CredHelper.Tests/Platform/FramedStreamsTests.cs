using CredHelper.Platform;

namespace CredHelper.Tests.Platform;

public sealed class FramedStreamsTests
{
    [Fact]
    public void KeepTheOrderOfWhatWasWritten()
    {
        using var pipe = new MemoryStream();
        byte[] many = new byte[200_000];
        Array.Fill(many, (byte)'x');
        FramedStreams.Write(FrameKind.Output, "one"u8, frame => pipe.Write(frame));
        FramedStreams.Write(FrameKind.Error, "two"u8, frame => pipe.Write(frame));
        FramedStreams.Write(FrameKind.Question, [], frame => pipe.Write(frame));
        FramedStreams.Write(FrameKind.Output, many, frame => pipe.Write(frame));
        pipe.Position = 0;

        Assert.Equal(["o:one", "e:two", "q:"], Read(pipe)[..3]);
        pipe.Position = 0;
        Assert.Equal(many.Length, Read(pipe)[3..].Sum(frame => frame.Length - 2));
    }

    [Theory]
    [InlineData("x\0\0\0\0")]
    [InlineData("o\u007f\u007f\u007f\u007f")]
    [InlineData("Unhandled exception")]
    public void RefuseWhatIsNoFrame(string text)
    {
        using var pipe = new MemoryStream(System.Text.Encoding.ASCII.GetBytes(text));
        Assert.Throws<InvalidDataException>(() => Read(pipe));
    }

    [Fact]
    public void EndWithTheChild()
    {
        using var pipe = new MemoryStream("o\u0005\0\0\0abc"u8.ToArray());
        Assert.Equal(["o:abc"], Read(pipe));
    }

    private static List<string> Read(Stream pipe)
    {
        var frames = new List<string>();
        FramedStreams.Read(
            pipe,
            (kind, content) => frames.Add($"{(char)kind}:{System.Text.Encoding.ASCII.GetString(content.Span)}")
        );
        return frames;
    }
}
