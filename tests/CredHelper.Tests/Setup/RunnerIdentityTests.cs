using System.Text;
using CredHelper.GitLabRunner;
using CredHelper.Setup;

namespace CredHelper.Tests.Setup;

public sealed class RunnerIdentityTests
{
    private static readonly RunnerIdentity Known = new("a", 1, "t1");

    [Fact]
    public void TheTokenIsKeptAsADigest()
    {
        RunnerIdentity runner = Assert.Single(Parse("[[runners]]\nname = \"a\"\nid = 7\ntoken = \"glrt-secret\"\n"));
        Assert.Equal(("a", 7), (runner.Selector, runner.Id));
        Assert.Equal(SetupRecord.Digest(Encoding.UTF8.GetBytes("glrt-secret")), runner.TokenDigest);
        Assert.DoesNotContain("glrt-secret", runner.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ARenamedRunnerIsFound() =>
        Assert.Equal("b", Find(new RunnerIdentity("b", 1, "t1"), new RunnerIdentity("c", 2, "t2")));

    [Fact]
    public void SwappedNamesDoNotMislead() =>
        Assert.Equal("b", Find(new RunnerIdentity("a", 2, "t2"), new RunnerIdentity("b", 1, "t1")));

    [Fact]
    public void TheIdStaysWhenTheTokenIsRotated() =>
        Assert.Equal("b", Find(new RunnerIdentity("a", 2, "t2"), new RunnerIdentity("b", 1, "t9")));

    [Fact]
    public void TheTokenTellsRunnersOfTwoGitLabsApart() =>
        Assert.Equal("c", Find(new RunnerIdentity("b", 1, "t2"), new RunnerIdentity("c", 1, "t1")));

    [Fact]
    public void TheTokenIsEnough() =>
        Assert.Equal("b", Find(new RunnerIdentity("a", null, "t2"), new RunnerIdentity("b", null, "t1")));

    [Fact]
    public void WithoutAnIdTheNameStaysWhenTheTokenIsRotated()
    {
        RunnerIdentity withoutId = Known with { Id = null };
        Assert.Equal("a", withoutId.FindIn([withoutId with { TokenDigest = "t9" }])?.Selector);
    }

    [Fact]
    public void ARunnerThatIsGoneIsNotTheOneThatHasItsName() => Assert.Null(Find(new RunnerIdentity("a", 2, "t2")));

    [Fact]
    public void WithoutIdAndTokenTheNameCounts()
    {
        RunnerIdentity unknown = new("a", null, null);
        Assert.Equal("a", unknown.FindIn([unknown with { Selector = "b" }, unknown])?.Selector);
        Assert.Null(unknown.FindIn([unknown with { Selector = "b" }]));
    }

    [Fact]
    public void OtherFilesHaveNoRunners() =>
        Assert.Empty(RunnerIdentity.Of(FileFormat.Json.Parse("config.json", "{}"u8.ToArray())));

    private static string? Find(params RunnerIdentity[] runners) => Known.FindIn(runners)?.Selector;

    private static IReadOnlyList<RunnerIdentity> Parse(string text) =>
        RunnerIdentity.Of(RunnerConfigEdit.Parse("config.toml", Encoding.UTF8.GetBytes(text)));
}
