using CredHelper.Platform;

namespace CredHelper.Tests.Platform;

public sealed class ScratchTests
{
    [Fact]
    public unsafe void IsFullForGoodOnceSomethingDoesNotFit()
    {
        byte* memory = stackalloc byte[4];
        var scratch = new Scratch(memory, 4);
        scratch.Add("abc"u8);
        scratch.Add("de"u8);
        scratch.Add((byte)'f');
        Assert.True(scratch.IsFull);
        Assert.Equal(0, scratch.Room);
        Assert.Equal("abc", scratch.Since(0).ToString());
    }

    [Fact]
    public void EndsAPathWithAZeroThatIsNotPartOfIt() =>
        NativeScratch.Use(
            (ref Scratch scratch) =>
            {
                Bytes path = scratch.AddPath("/a");
                Assert.Equal((2, 3), (path.Length, scratch.Length));
                return 0;
            }
        );

    [Fact]
    public void GivesWorkMoreMemoryUntilItFits() =>
        Assert.Equal(
            1_000_000,
            NativeScratch.Use((ref Scratch scratch) => scratch.AddCopy(new byte[1_000_000]).Length)
        );

    [Fact]
    public void HasDigestsThatDependOnEveryField()
    {
        Assert.NotEqual(Digest(""), Digest("a"));
        Assert.Equal(Digest("a"), Digest("a"));
        Assert.Matches("^[0-9a-f]{32}$", Digest("a"));
    }

    private static string Digest(string field) =>
        NativeScratch.Use(
            (ref Scratch scratch) =>
            {
                Bytes text = scratch.AddText(field);
                int fields = scratch.Length;
                scratch.AddField("12345678"u8);
                scratch.AddField(text);
                return scratch.Digest(fields, "12345678"u8).ToString();
            }
        );
}
