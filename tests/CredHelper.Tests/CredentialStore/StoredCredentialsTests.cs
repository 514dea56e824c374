using CredHelper.CredentialStore;
using CredHelper.Errors;
using CredHelper.Protocol;
using CsCheck;

namespace CredHelper.Tests.CredentialStore;

/// <summary>Credentials of a registry other than ECR in our own credential store.</summary>
public sealed class StoredCredentialsTests : IDisposable
{
    private readonly Home _home = new();

    public void Dispose() => _home.Dispose();

    private StoredCredentials Store(params (string Name, string Value)[] variables) =>
        StoredCredentials.OpenOrCreate(_home.Environment(variables));

    [Fact]
    public void IsFoundAgain()
    {
        Store().Put(new Credential("registry.example", "user", "secret"));
        Assert.Equal(new Credential("registry.example", "user", "secret"), Store().Find("registry.example"));
        Assert.Null(Store().Find("other.example"));
    }

    [Fact]
    public void HoldsAnyWords() =>
        Gen.Select(Gen.String, Gen.String)
            .Sample(
                pair =>
                {
                    Store().Put(new Credential("registry.example", pair.Item1, pair.Item2));
                    Credential? login = Store().Find("registry.example");
                    Assert.Equal((pair.Item1, pair.Item2), (login?.Username, login?.Secret));
                },
                iter: 50,
                threads: 1
            );

    /// <summary>Storing and removing credentials changes only files of the store, whatever the server's name.</summary>
    [Fact]
    public void LiesInTheKeychainWhateverItsServerIsCalled()
    {
        string neighbour = _home.Write("neighbour", "as it was");
        Sample
            .OneOf(
                "..",
                "/",
                "../neighbour",
                "\\",
                "\0",
                "~",
                "seed",
                "/etc/passwd",
                "https://",
                "registry.example",
                "é",
                "%2e%2e",
                "lock-0",
                ".tmp-"
            )
            .Array[0, 6]
            .Select(string.Concat)
            .Sample(
                server =>
                {
                    Store().Put(new Credential(server, "user", "secret"));
                    Assert.Equal("secret", Store().Find(server)?.Secret);
                    Assert.Single(Home.Records(_home.Logins));
                    Store().Remove(server);
                    Assert.Empty(Home.Records(_home.Logins));
                    Assert.Equal("as it was", File.ReadAllText(neighbour));
                    Assert.Equal([_home.Ecr, neighbour], Directory.GetFileSystemEntries(_home.Root).Order());
                    Assert.Equal([_home.Logins], Directory.GetFileSystemEntries(_home.Ecr));
                },
                iter: 200,
                threads: 1
            );
    }

    [Theory]
    [InlineData('\u007f', 1)]
    [InlineData('\u2028', 3)]
    [InlineData('x', 1)]
    public void HoldsWhateverStoreAccepts(char c, int bytes)
    {
        var login = new Credential("registry.example", "user", new string(c, Credential.MaxRequestLength / bytes));
        Store().Put(login);
        Assert.Equal(login, Store().Find("registry.example"));
    }

    [Fact]
    public void OfPlainHttpAndOfAPortStayApart()
    {
        Store().Put(new Credential("host", "a", "1"));
        Assert.Null(Store().Find("http://host"));
        Assert.Null(Store().Find("host:80"));
        Assert.Null(Store().Find("host/path"));
    }

    [Fact]
    public void BelongsToItsDockerConfiguration()
    {
        Store(("DOCKER_CONFIG", "/job/1")).Put(new Credential("host", "job1", "1"));
        Store(("DOCKER_CONFIG", "/job/2")).Put(new Credential("host", "job2", "2"));
        Assert.Equal("job1", Store(("DOCKER_CONFIG", "/job/1")).Find("host")?.Username);
        Assert.Equal("job2", Store(("DOCKER_CONFIG", "/job/2/")).Find("host")?.Username);
        Assert.Null(Store().Find("host"));
        Assert.Equal("job1", Assert.Single(Store(("DOCKER_CONFIG", "/job/1")).All()).Username);
        Store(("DOCKER_CONFIG", "/job/1")).Remove("host");
        Assert.NotNull(Store(("DOCKER_CONFIG", "/job/2")).Find("host"));
    }

    [Fact]
    public void OfTheDefaultDockerConfigurationIsFoundByItsName()
    {
        Store().Put(new Credential("host", "user", "1"));
        Assert.NotNull(Store(("DOCKER_CONFIG", Path.Combine(_home.Root, ".docker"))).Find("host"));
    }

    [Fact]
    public void IsReplacedByTheNext()
    {
        Store().Put(new Credential("host", "a", "1"));
        Store().Put(new Credential("https://HOST", "b", "2"));
        Assert.Equal("b", Assert.Single(Store().All()).Username);
    }

    [Fact]
    public void IsGoneWhenRemoved()
    {
        Store().Put(new Credential("host", "a", "1"));
        Store().Remove("https://host/");
        Store().Remove("host");
        Assert.Null(Store().Find("host"));
        Assert.Empty(Home.Records(_home.Logins));
    }

    [Fact]
    public void ThatIsDamagedIsNoLogin()
    {
        Store().Put(new Credential("host", "a", "1"));
        string file = Path.Combine(_home.Logins, Assert.Single(Home.Records(_home.Logins)));
        byte[] content = File.ReadAllBytes(file);
        content[^40] ^= 1;
        File.WriteAllBytes(file, content);
        Assert.Null(Store().Find("host"));
        Assert.Empty(Store().All());
    }

    [Fact]
    public void UnderTheNameOfAnotherServerIsNoLogin()
    {
        Store().Put(new Credential("one", "a", "1"));
        string one = Assert.Single(Home.Records(_home.Logins));
        Store().Put(new Credential("two", "b", "2"));
        string two = Assert.Single(Home.Records(_home.Logins), name => name != one);
        File.Copy(Path.Combine(_home.Logins, one), Path.Combine(_home.Logins, two), overwrite: true);
        Assert.Null(Store().Find("two"));
    }

    [Fact]
    public void LeavesNothingHalfWrittenBehind()
    {
        string abandoned = Path.Combine(Store().Directory, ".tmp-1");
        File.WriteAllText(abandoned, "a secret");
        File.SetLastWriteTimeUtc(abandoned, DateTime.UtcNow.AddMinutes(-2));
        Store().Put(new Credential("host", "a", "1"));
        Assert.False(File.Exists(abandoned));
    }

    [Fact]
    public void WithoutAPlaceIsAnErrorAndNotLostSilently()
    {
        HelperException refusal = Assert.Throws<HelperException>(() => Store(("AWS_ECR_CACHE_DIR", "relative")));
        Assert.Contains("cannot store the login", refusal.Message, StringComparison.Ordinal);
        Assert.NotNull(refusal.Hint);
    }

    [Fact]
    public async Task IsOnTheDiskBeforeStoreSaysSo()
    {
        Programs.RequireLinux();
        string strace = Programs.Find("strace") ?? "";
        if (strace.Length == 0)
            Assert.Skip("strace is not installed");
        string trace = Path.Combine(_home.Root, "trace");
        ProgramRun run = await Programs.RunAsync(
            strace,
            ["-f", "-o", trace, "-e", "trace=fsync,rename,renameat2,openat", Programs.Dotnet, Programs.Ours, "store"],
            _home.Environment().Variables,
            """{"ServerURL":"host","Username":"a","Secret":"T"}"""
        );
        Assert.SkipWhen(
            run.ExitCode != 0 && run.Error.Contains("ptrace", StringComparison.Ordinal),
            "strace may not trace here"
        );
        Assert.Equal(0, run.ExitCode);
        string[] calls =
        [
            .. (await File.ReadAllLinesAsync(trace, TestContext.Current.CancellationToken)).Where(line =>
                line.Contains("fsync(", StringComparison.Ordinal)
                || (
                    line.Contains("rename", StringComparison.Ordinal)
                    && line.Contains("logins-v1", StringComparison.Ordinal)
                )
            ),
        ];
        int rename = Array.FindIndex(calls, line => line.Contains("rename", StringComparison.Ordinal));
        Assert.True(rename > 0, string.Join('\n', calls));
        Assert.Contains("fsync(", calls[rename - 1], StringComparison.Ordinal);
        Assert.Contains("fsync(", calls[rename + 1], StringComparison.Ordinal);
    }
}
