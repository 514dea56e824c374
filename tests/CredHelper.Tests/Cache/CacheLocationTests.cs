using System.Runtime.Versioning;
using CredHelper.Cache;
using CredHelper.Platform;

namespace CredHelper.Tests.Cache;

/// <summary>The path of the cache, and when there is none.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class CacheLocationTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly Home _home = new();

    public CacheLocationTests() => Programs.RequireLinux();

    public void Dispose() => _home.Dispose();

    private TokenCache? Open(out string? reason, params (string Name, string Value)[] variables) =>
        TokenCache.OpenOrCreate(_home.Environment(variables), out reason);

    private string Refusal(params (string Name, string Value)[] variables)
    {
        Assert.Null(Open(out string? reason, variables));
        Assert.Null(TokenCache.OpenExisting(_home.Environment(variables)));
        Assert.NotNull(reason);
        return reason;
    }

    [Fact]
    public void IsALeafOfOursBelowHome()
    {
        Assert.Equal(_home.Tokens, Open(out _)?.Directory);
        Assert.Equal(Private, File.GetUnixFileMode(_home.Tokens));
        Assert.Equal(Private, File.GetUnixFileMode(_home.Ecr));
    }

    [Fact]
    public void IsNotMadeByLooking()
    {
        Assert.Null(TokenCache.OpenExisting(_home.Environment()));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_home.Root));
    }

    [Fact]
    public void MayBeNamed() =>
        Assert.Equal(
            Path.Combine(_home.Root, "c", "d", "tokens-v1"),
            Open(out _, ("AWS_ECR_CACHE_DIR", Path.Combine(_home.Root, "c", "d")))?.Directory
        );

    [Theory]
    [InlineData("~/c", "c")]
    [InlineData("~", "")]
    public void MayBeNamedFromHome(string named, string below) =>
        Assert.Equal(
            Path.Combine(_home.Root, below, "tokens-v1"),
            Open(out _, ("AWS_ECR_CACHE_DIR", named))?.Directory
        );

    [Theory]
    [InlineData("c")]
    [InlineData("./c")]
    [InlineData("../c")]
    [InlineData("~user/c")]
    public void ThatIsNamedRelativelyIsNone(string named) =>
        Assert.Contains("absolute", Refusal(("AWS_ECR_CACHE_DIR", named)), StringComparison.Ordinal);

    [Theory]
    [InlineData("true")]
    [InlineData("1")]
    [InlineData("false")]
    public void ThatIsSwitchedOffIsNone(string value)
    {
        Assert.Contains("AWS_ECR_DISABLE_CACHE", Refusal(("AWS_ECR_DISABLE_CACHE", value)), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_home.Root));
    }

    [Fact]
    public void WithoutAHomeIsNone()
    {
        Assert.Null(TokenCache.OpenOrCreate(new EnvironmentSnapshot([]), out string? reason));
        Assert.Contains("home", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void BehindALinkAsLeafIsNone()
    {
        Directory.CreateDirectory(Path.Combine(_home.Root, "elsewhere"), Private);
        Directory.CreateDirectory(_home.Ecr);
        Directory.CreateSymbolicLink(_home.Tokens, Path.Combine(_home.Root, "elsewhere"));
        Assert.Contains("not a directory", Refusal(), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_home.Root, "elsewhere")));
    }

    [Fact]
    public void BehindALinkToNothingIsNone()
    {
        Directory.CreateDirectory(_home.Ecr);
        File.CreateSymbolicLink(_home.Tokens, Path.Combine(_home.Root, "nothing"));
        Refusal();
        Assert.False(Path.Exists(Path.Combine(_home.Root, "nothing")));
    }

    [Fact]
    public void BehindALinkAsParentIsFine()
    {
        Directory.CreateDirectory(Path.Combine(_home.Root, "elsewhere"));
        Directory.CreateSymbolicLink(_home.Ecr, Path.Combine(_home.Root, "elsewhere"));
        Assert.NotNull(Open(out _));
        Assert.NotNull(TokenCache.OpenExisting(_home.Environment()));
    }

    [Fact]
    public void ThatIsAFileIsNone()
    {
        _home.Write(".ecr/tokens-v1", "");
        Refusal();
    }

    [Theory]
    [InlineData(0x1FF)] // 0777
    [InlineData(0x1F8)] // 0770
    [InlineData(0x1ED)] // 0755
    [InlineData(0x1C1)] // 0701
    [InlineData(0x100)] // 0400
    public void ThatIsOursAndOpenToOthersIsRepaired(int mode)
    {
        Directory.CreateDirectory(_home.Tokens);
        File.SetUnixFileMode(_home.Tokens, (UnixFileMode)mode);
        Assert.Null(TokenCache.OpenExisting(_home.Environment()));
        Assert.NotNull(Open(out _));
        Assert.Equal(Private, File.GetUnixFileMode(_home.Tokens));
        Assert.NotNull(TokenCache.OpenExisting(_home.Environment()));
    }

    [Fact]
    public void ThatIsSharedOnPurposeIsNoneAndKeepsItsMode()
    {
        Programs.RequireLinux();
        const UnixFileMode Shared = (UnixFileMode)0x3FF; // 1777
        Directory.CreateDirectory(_home.Tokens);
        File.SetUnixFileMode(_home.Tokens, Shared);
        Assert.Contains("open to other users", Refusal(), StringComparison.Ordinal);
        Assert.Equal(Shared, File.GetUnixFileMode(_home.Tokens));
    }

    [Fact]
    public void OfAnotherUserIsNoneAndLeftAlone()
    {
        Programs.RequireRoot();
        Directory.CreateDirectory(_home.Tokens, Private);
        Programs.Run("chown", "12345", _home.Tokens);
        Assert.Contains("belongs to another user", Refusal(), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_home.Tokens));
    }

    [Fact]
    public void OfRootIsNeverMadeInAnothersHome()
    {
        Programs.RequireRoot();
        Programs.Run("chown", "12345", _home.Root);
        Assert.Contains("belongs to another user, and this process runs as root", Refusal(), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_home.Root));
    }

    [Fact]
    public void OnAReadOnlyDiskIsNone()
    {
        // Nobody can write to /proc, not even root.
        Assert.Null(
            TokenCache.OpenOrCreate(_home.Environment(("AWS_ECR_CACHE_DIR", "/proc/self")), out string? reason)
        );
        Assert.Contains("cannot be created", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void IsMadeOnceByAHundredAtOnce()
    {
        var seeds = new System.Collections.Concurrent.ConcurrentBag<string>();
        Thread[] threads =
        [
            .. Enumerable
                .Range(0, 100)
                .Select(_ => new Thread(() => seeds.Add(Convert.ToHexString(_home.Cache().Seed)))),
        ];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        Assert.Equal(100, seeds.Count);
        Assert.Single(seeds.Distinct());
        Assert.Empty(Home.Records(_home.Tokens));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(100_000)]
    public void WithADamagedSeedStartsAnew(int length)
    {
        string before = Convert.ToHexString(_home.Cache().Seed),
            seed = Path.Combine(_home.Tokens, "seed");
        File.WriteAllBytes(seed, new byte[length]);
        Assert.Null(TokenCache.OpenExisting(_home.Environment()));
        string after = Convert.ToHexString(_home.Cache().Seed);
        Assert.NotEqual(before, after);
        Assert.Equal(after, Convert.ToHexString(_home.Cache().Seed));
    }

    [Fact]
    public void WithALinkAsSeedStartsAnew()
    {
        _ = _home.Cache();
        string seed = Path.Combine(_home.Tokens, "seed"),
            elsewhere = Path.Combine(_home.Root, "known");
        File.WriteAllBytes(elsewhere, new byte[32]);
        File.Delete(seed);
        File.CreateSymbolicLink(seed, elsewhere);
        Assert.NotEqual(new byte[32], _home.Cache().Seed);
        Assert.Equal(new byte[32], File.ReadAllBytes(elsewhere));
    }

    [Theory]
    [InlineData("000")]
    [InlineData("077")]
    public async Task HoldsPrivateFilesWhateverTheUmask(string umask)
    {
        // The umask belongs to the process, so a child process stores credentials of each kind with it.
        string store =
            $"umask {umask}; for host in {Sample.Host} registry.example; do "
            + "echo '{\"ServerURL\":\"'$host'\",\"Username\":\"AWS\",\"Secret\":\"T\"}' | \"$0\" \"$1\" "
            + "store || exit 1; done";
        ProgramRun run = await Programs.RunAsync(
            "/bin/sh",
            ["-c", store, Programs.Dotnet, Programs.Ours],
            _home.Environment().Variables,
            ""
        );
        Assert.True(run.ExitCode == 0, run.Error);
        string[] files = [.. Directory.EnumerateFiles(_home.Ecr, "*", SearchOption.AllDirectories)];
        Assert.Equal(4, files.Length);
        Assert.All(
            files,
            file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file))
        );
        Assert.All(
            [_home.Ecr, _home.Tokens, _home.Logins],
            directory => Assert.Equal(Private, File.GetUnixFileMode(directory))
        );
    }

    [Fact]
    public async Task GivesLockFilesThatArePrivateToo()
    {
        TokenCache cache = _home.Cache();
        using RefreshLock? held = await RefreshLock.TakeAsync(
            cache.Directory,
            new string('0', 32),
            TimeSpan.Zero,
            TimeProvider.System,
            Random.Shared,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite,
            File.GetUnixFileMode(Assert.Single(Directory.GetFiles(cache.Directory, "lock-*")))
        );
    }
}
