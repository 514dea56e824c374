using System.Text;
using CredHelper.Cache;
using CredHelper.Platform;
using CredHelper.Registry;
using CsCheck;

namespace CredHelper.Tests.Cache;

/// <summary>The key of an identity's token for a registry.</summary>
public sealed class CacheKeyTests : IDisposable
{
    private readonly Home _home = new();

    public void Dispose() => _home.Dispose();

    private string Key(params (string Name, string Value)[] variables) =>
        CacheKey.Compute(_home.Environment(variables), Sample.Seed).KeyOf(Sample.Registry);

    [Fact]
    public void IsTheSameForTheSameInputs()
    {
        Assert.Equal(Key(("AWS_PROFILE", "p")), Key(("AWS_PROFILE", "p")));
        Assert.Matches("^[0-9a-f]{32}$", Key());
    }

    [Fact]
    public void DoesNotDependOnTheOrderOfTheEnvironment() =>
        Gen.Select(Gen.String[Gen.Char['A', 'Z'], 1, 4], Gen.String)
            .List[0, 8]
            .Sample(
                list =>
                {
                    Dictionary<string, string> variables = list.DistinctBy(pair => pair.Item1)
                        .ToDictionary(pair => "AWS_" + pair.Item1, pair => pair.Item2);
                    variables["HOME"] = _home.Root;
                    string forwards = CacheKey
                        .Compute(new EnvironmentSnapshot(variables), Sample.Seed)
                        .KeyOf(Sample.Registry);
                    string backwards = CacheKey
                        .Compute(new EnvironmentSnapshot(variables.Reverse()), Sample.Seed)
                        .KeyOf(Sample.Registry);
                    Assert.Equal(forwards, backwards);
                },
                iter: 100
            );

    [Theory]
    [InlineData("AWS_ACCESS_KEY_ID")]
    [InlineData("AWS_SECRET_ACCESS_KEY")]
    [InlineData("AWS_SESSION_TOKEN")]
    [InlineData("AWS_PROFILE")]
    [InlineData("AWS_DEFAULT_PROFILE")]
    [InlineData("AWS_REGION")]
    [InlineData("AWS_DEFAULT_REGION")]
    [InlineData("AWS_ROLE_ARN")]
    [InlineData("AWS_ROLE_SESSION_NAME")]
    [InlineData("AWS_WEB_IDENTITY_TOKEN_FILE")]
    [InlineData("AWS_WEB_IDENTITY_TOKEN")]
    [InlineData("AWS_CONFIG_FILE")]
    [InlineData("AWS_SHARED_CREDENTIALS_FILE")]
    [InlineData("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")]
    [InlineData("AWS_CONTAINER_CREDENTIALS_FULL_URI")]
    [InlineData("AWS_CONTAINER_AUTHORIZATION_TOKEN")]
    [InlineData("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")]
    [InlineData("AWS_EC2_METADATA_DISABLED")]
    [InlineData("AWS_EC2_METADATA_SERVICE_ENDPOINT")]
    [InlineData("AWS_ENDPOINT_URL")]
    [InlineData("AWS_ENDPOINT_URL_ECR")]
    [InlineData("AWS_USE_FIPS_ENDPOINT")]
    [InlineData("AWS_USE_DUALSTACK_ENDPOINT")]
    [InlineData("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")]
    [InlineData("AWS_PROFILE_123456789012")]
    [InlineData("AWS_ROLE_ARN_123456789012")]
    [InlineData("AWS_ECR_CONFIG")]
    [InlineData("AWS_SDK_LOAD_CONFIG")]
    [InlineData("AWS_SOMETHING_OF_TOMORROW")]
    public void ChangesWithEveryVariableOfAwsAndAbsentDiffersFromEmpty(string name)
    {
        string absent = Key(),
            empty = Key((name, "")),
            one = Key((name, "1")),
            two = Key((name, "2"));
        Assert.Equal(4, new[] { absent, empty, one, two }.Distinct().Count());
    }

    [Fact]
    public void ChangesWithAnyVariableOfAws() =>
        Gen.Select(Gen.String[Gen.Char["ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789"], 1, 20], Gen.String)
            .Sample(
                pair =>
                {
                    string name = "AWS_" + pair.Item1;
                    if (!Irrelevant.Contains(name))
                        Assert.NotEqual(Key(), Key((name, pair.Item2)));
                },
                iter: 200
            );

    /// <summary>Repeated here on purpose: a variable may only be added if no identity can depend on it.</summary>
    public static readonly string[] Irrelevant =
    [
        "AWS_CLI_AUTO_PROMPT",
        "AWS_DEFAULT_OUTPUT",
        "AWS_ECR_CACHE_DIR",
        "AWS_ECR_DISABLE_CACHE",
        "AWS_ECR_FALLBACK",
        "AWS_ECR_IGNORE_CREDS_STORAGE",
        "AWS_ECR_LOG",
        "AWS_ECR_LOG_FILE",
        "AWS_ECR_STORE_ECR_LOGINS",
        "AWS_ECR_ENVIRONMENT_LOGINS",
        "AWS_ECR_STRICT",
        "AWS_ECR_TIMEOUT",
        "AWS_MAX_ATTEMPTS",
        "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
        "AWS_METADATA_SERVICE_TIMEOUT",
        "AWS_PAGER",
        "AWS_RETRY_MODE",
    ];

    [Fact]
    public void DoesNotChangeWithVariablesThatCannotMatter()
    {
        foreach (string name in Irrelevant)
            Assert.Equal(Key(), Key((name, "x")));
        Assert.Equal(Key(), Key(("PATH", "/x"), ("CI_JOB_ID", "5"), ("AWSOME", "x"), ("XAWS_PROFILE", "x")));
    }

    [Theory]
    [InlineData("AWS_A", "1", "AWS_B", "", "AWS_A", "", "AWS_B", "1")]
    [InlineData("AWS_A", "1AWS_B", "AWS_B", "2", "AWS_A", "1", "AWS_B", "AWS_B2")]
    [InlineData("AWS_A", "AWS_B", "AWS_C", "1", "AWS_A", "", "AWS_B", "AWS_C1")]
    [InlineData("AWS_AB", "C", "AWS_X", "", "AWS_A", "BC", "AWS_X", "")]
    public void KeepsFieldsApart(string a, string av, string b, string bv, string c, string cv, string d, string dv) =>
        Assert.NotEqual(Key((a, av), (b, bv)), Key((c, cv), (d, dv)));

    [Fact]
    public void KeepsAnyListsOfFieldsApart() =>
        Gen.Select(Fields, Fields)
            .Sample(pair =>
                Assert.Equal(pair.Item1.SequenceEqual(pair.Item2), Digest(pair.Item1) == Digest(pair.Item2))
            );

    private static readonly Gen<string?[]> Fields = Gen.OneOf(
        Gen.Const((string?)null),
        Gen.String[Gen.Char['a', 'b'], 0, 3].Select(text => (string?)text)
    ).Array[0, 4];

    private static string Digest(string?[] fields)
    {
        return NativeScratch.Use(
            (ref Scratch scratch) =>
            {
                Bytes seed = scratch.AddCopy(Sample.Seed);
                int begin = scratch.Length;
                foreach (string? field in fields)
                {
                    int length = scratch.BeginField();
                    _ = scratch.AddText(field);
                    scratch.EndField(length, field is null ? 0 : null);
                }
                return scratch.Digest(begin, seed).ToString();
            }
        );
    }

    [Theory]
    [InlineData(".aws/config")]
    [InlineData(".aws/credentials")]
    [InlineData(".ecr/config")]
    public void ChangesWithTheBytesOfEveryFileAndAbsentDiffersFromEmpty(string name)
    {
        string absent = Key();
        _home.Write(name, "");
        string empty = Key();
        _home.Write(name, "[default]\n");
        string some = Key();
        _home.Write(name, "[default]\r\n");
        string other = Key();
        Assert.Equal(4, new[] { absent, empty, some, other }.Distinct().Count());
        _home.Write(name, "[default]\n");
        Assert.Equal(some, Key());
    }

    [Fact]
    public void KeepsFilesApart()
    {
        _home.Write(".aws/config", "a");
        string one = Key();
        File.Move(Path.Combine(_home.Root, ".aws/config"), Path.Combine(_home.Root, ".aws/credentials"));
        Assert.NotEqual(one, Key());
    }

    [Fact]
    public void FollowsTheFilesThatVariablesName()
    {
        string path = _home.Write("elsewhere", "one");
        string one = Key(("AWS_CONFIG_FILE", path));
        _home.Write("elsewhere", "two");
        Assert.NotEqual(one, Key(("AWS_CONFIG_FILE", path)));
        string below = Key(("AWS_CONFIG_FILE", "~/elsewhere"));
        _home.Write("elsewhere", "one");
        Assert.NotEqual(below, Key(("AWS_CONFIG_FILE", "~/elsewhere")));
    }

    [Fact]
    public void DoesNotChangeWithTheTimeOfAFile()
    {
        string path = _home.Write(".aws/config", "a"),
            before = Key();
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        Assert.Equal(before, Key());
    }

    [Fact]
    public void ReadsRegularFilesOnlyAndNeverWaits()
    {
        Programs.RequireLinux();
        string path = _home.Write(".aws/config", "a"),
            before = Key();
        File.Delete(path);
        Programs.Run("mkfifo", path);
        string fifo = Key();
        File.Delete(path);
        Directory.CreateDirectory(path);
        Assert.NotEqual(before, fifo);
        Assert.NotEqual(before, Key());
    }

    [Fact]
    public void ChangesWithHome()
    {
        using var other = new Home();
        Assert.NotEqual(Key(), CacheKey.Compute(other.Environment(), Sample.Seed).KeyOf(Sample.Registry));
        Assert.NotEqual(Key(), CacheKey.Compute(new EnvironmentSnapshot([]), Sample.Seed).KeyOf(Sample.Registry));
    }

    [Fact]
    public void ChangesWithTheSeed() =>
        Assert.NotEqual(Key(), CacheKey.Compute(_home.Environment(), new byte[32]).KeyOf(Sample.Registry));

    [Fact]
    public void ChangesWithAccountRegionServiceFipsDualStackAndAlias()
    {
        CacheKey cacheKey = CacheKey.Compute(_home.Environment(), Sample.Seed);
        EcrRegistry[] registries =
        [
            Sample.Registry,
            EcrRegistry.OfAccount("123456789012", "us-east-2"),
            EcrRegistry.OfAccount("123456789013", "us-east-1"),
            EcrRegistry.PublicGallery,
            Sample.Registry with
            {
                IsFips = true,
            },
            Sample.Registry with
            {
                IsDualStack = true,
            },
            Sample.Registry with
            {
                IsDualStack = true,
                IsFips = true,
            },
            Sample.Registry with
            {
                Alias = "registry.corp.example",
            },
        ];
        Assert.Equal(registries.Length, registries.Select(cacheKey.KeyOf).Distinct().Count());
    }

    [Fact]
    public void LeavesASelectorInPlainWords()
    {
        string selector = CacheKey
            .Compute(
                _home.Environment(
                    ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
                    ("AWS_SECRET_ACCESS_KEY", "s3cr3t"),
                    ("AWS_PROFILE", "a b\nc"),
                    ("AWS_ROLE_ARN", "arn:x")
                ),
                Sample.Seed
            )
            .Selector;
        Assert.Equal("key=AKIDEXAMPLE profile=a_b_c role=arn:x", selector);
        Assert.Equal(
            "default",
            CacheKey.Compute(_home.Environment(("AWS_SECRET_ACCESS_KEY", "s3cr3t")), Sample.Seed).Selector
        );
    }

    [Fact]
    public void TellsCharactersFromTheBytesOfTheirEncoding() =>
        Assert.NotEqual(
            Key(("AWS_PROFILE", Encoding.UTF8.GetString([0xC3, 0xA9]))),
            Key(("AWS_PROFILE", Encoding.Latin1.GetString([0xC3, 0xA9])))
        );
}
