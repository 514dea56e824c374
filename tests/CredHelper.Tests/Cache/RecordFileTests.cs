using System.Text;
using CredHelper.Cache;
using CsCheck;

namespace CredHelper.Tests.Cache;

/// <summary>The format of all files that this program writes.</summary>
public sealed class RecordFileTests
{
    private const string Kind = "test 1";
    private static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.String[Gen.Char, 0, 40],
        Gen.String[Gen.Char["\\\n\r\t\0 \u0085\u2028\u2029\u000b\u000c0123abcd\ud83d\ude00é"], 0, 20]
    );
    private static readonly Gen<string> Name = Gen.String[Gen.Char['a', 'z'], 1, 12];

    [Fact]
    public void KeepsAnyStrings() =>
        Gen.Select(Name, AnyText)
            .List[0, 8]
            .Sample(fields =>
            {
                KeyValuePair<string, string>[] given =
                [
                    .. fields.Select(field => new KeyValuePair<string, string>(field.Item1, field.Item2)),
                ];

                List<KeyValuePair<string, string>>? read = RecordFile.Parse(
                    Kind,
                    Sample.Seed,
                    RecordFile.Format(Kind, Sample.Seed, given)
                );

                Assert.Equal(given, read);
            });

    [Fact]
    public void IsAMissWithAnyBitFlipped()
    {
        byte[] content = Written();
        for (int i = 0; i < content.Length * 8; i++)
        {
            byte[] damaged = [.. content];
            damaged[i / 8] ^= (byte)(1 << (i % 8));
            Assert.Null(RecordFile.Parse(Kind, Sample.Seed, damaged));
        }
    }

    [Fact]
    public void IsAMissWithAnyByteReplaced() =>
        Gen.Select(Gen.Int[0, Written().Length - 1], Gen.Byte)
            .Sample(change =>
            {
                byte[] damaged = Written();
                if (damaged[change.Item1] == change.Item2)
                    return;
                damaged[change.Item1] = change.Item2;
                Assert.Null(RecordFile.Parse(Kind, Sample.Seed, damaged));
            });

    [Fact]
    public void IsAMissWhereverItIsCut()
    {
        byte[] content = Written();
        for (int length = 0; length < content.Length; length++)
            Assert.Null(RecordFile.Parse(Kind, Sample.Seed, content.AsSpan(0, length)));
        for (int start = 1; start < content.Length; start++)
            Assert.Null(RecordFile.Parse(Kind, Sample.Seed, content.AsSpan(start)));
    }

    [Fact]
    public void IsAMissWithAByteTakenOutOrPutIn()
    {
        byte[] content = Written();
        for (int i = 0; i < content.Length; i++)
        {
            byte[] shorter = [.. content[..i], .. content[(i + 1)..]],
                longer = [.. content[..i], content[i], .. content[i..]];
            // Removing either of two equal neighbours gives the same content, which still differs from the original.
            Assert.Null(RecordFile.Parse(Kind, Sample.Seed, shorter));
            Assert.Null(RecordFile.Parse(Kind, Sample.Seed, longer));
        }
        Assert.Null(RecordFile.Parse(Kind, Sample.Seed, [.. content, (byte)'\n']));
    }

    [Fact]
    public void OfAnotherKindIsAMiss() => Assert.Null(RecordFile.Parse("test 2", Sample.Seed, Written()));

    [Fact]
    public void OfAnotherSeedIsAMiss() => Assert.Null(RecordFile.Parse(Kind, new byte[32], Written()));

    [Fact]
    public void NeverThrowsOnAnyBytes() =>
        Gen
            .Byte.Array[0, 200]
            .Sample(bytes =>
            {
                Assert.Null(RecordFile.Parse(Kind, Sample.Seed, bytes));
                Assert.Null(CachedToken.Parse(Sample.Seed, bytes));
                Assert.Null(FailureRecord.Parse(Sample.Seed, bytes));
            });

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("test 1\n")]
    [InlineData("test 1\ncheck 00000000000000000000000000000000\n")]
    [InlineData("check 00000000000000000000000000000000\n")]
    [InlineData("{\"registry\":{\"registry\":{}}}")]
    public void IsAMissWithHostileContent(string content) =>
        Assert.Null(RecordFile.Parse(Kind, Sample.Seed, Encoding.UTF8.GetBytes(content)));

    [Fact]
    public void IsNotNestedSoThatDepthIsAMissLikeAnyOther() =>
        Assert.Null(
            CachedToken.Parse(Sample.Seed, Encoding.UTF8.GetBytes(new string('[', 200_000) + new string(']', 200_000)))
        );

    private static byte[] Written() =>
        RecordFile.Format(Kind, Sample.Seed, [new("name", "a\nb\\c"), new("other", "é and 😀"), new("empty", "")]);
}
