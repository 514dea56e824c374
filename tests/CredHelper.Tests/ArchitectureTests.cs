using System.Reflection;
using System.Runtime.CompilerServices;
using CredHelper.Aws.Ecr;
using CredHelper.Cache;
using CredHelper.Platform;

namespace CredHelper.Tests;

/// <summary>The directions that DESIGN.md draws: Core knows nobody, AWS types never leave Aws and Network.</summary>
public sealed class ArchitectureTests
{
    private const BindingFlags Declared =
        BindingFlags.Public
        | BindingFlags.NonPublic
        | BindingFlags.Instance
        | BindingFlags.Static
        | BindingFlags.DeclaredOnly;
    private static readonly Assembly Core = typeof(TokenCache).Assembly,
        Program = typeof(ITokenIssuer).Assembly;

    [Fact]
    public void CoreReferencesTheBclAndSystemIoHashingAlone()
    {
        string shared = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        Assert.All(
            Core.GetReferencedAssemblies(),
            reference =>
                Assert.True(
                    reference.Name == "System.IO.Hashing" || File.Exists(Path.Combine(shared, reference.Name + ".dll")),
                    $"Core references {reference.Name}"
                )
        );
    }

    [Fact]
    public void AwsTypesNeverLeaveAwsAndNetwork()
    {
        IEnumerable<string> leaks =
            from type in Program.GetTypes()
            where !IsBelow(type, "CredHelper.Aws") && !IsBelow(type, "CredHelper.Network")
            from mention in Mentions(type)
            where mention.FullName?.StartsWith("Amazon.", StringComparison.Ordinal) == true
            select $"{type} mentions {mention}";
        Assert.Equal([], leaks.Distinct());
    }

    [Theory]
    [InlineData("CredHelper.DockerConfig", "CredHelper.Aws", "CredHelper.Network", "CredHelper.CommandLine")]
    [InlineData("CredHelper.Keychain", "CredHelper.Aws", "CredHelper.Network", "CredHelper.CommandLine")]
    [InlineData("CredHelper.Children", "CredHelper.Aws", "CredHelper.Network", "CredHelper.CommandLine")]
    [InlineData("CredHelper.Mapping", "CredHelper.Aws", "CredHelper.Network", "CredHelper.CommandLine")]
    [InlineData(
        "CredHelper.Editing",
        "CredHelper.Aws",
        "CredHelper.Network",
        "CredHelper.CommandLine",
        "CredHelper.Setup",
        "CredHelper.Doctor",
        "CredHelper.GitLabRunner"
    )]
    [InlineData(
        "CredHelper.Users",
        "CredHelper.Aws",
        "CredHelper.Network",
        "CredHelper.CommandLine",
        "CredHelper.Setup",
        "CredHelper.Doctor"
    )]
    [InlineData(
        "CredHelper.Resolution",
        "CredHelper.Aws",
        "CredHelper.Network",
        "CredHelper.CommandLine",
        "CredHelper.Setup",
        "CredHelper.Doctor"
    )]
    [InlineData(
        "CredHelper.GitLabRunner",
        "CredHelper.Aws",
        "CredHelper.Network",
        "CredHelper.CommandLine",
        "CredHelper.Setup",
        "CredHelper.Doctor"
    )]
    [InlineData("CredHelper.Setup", "CredHelper.Network", "CredHelper.CommandLine", "CredHelper.Doctor")]
    [InlineData("CredHelper.Doctor", "CredHelper.CommandLine")]
    [InlineData(
        "CredHelper.Kubelet",
        "CredHelper.Aws",
        "CredHelper.Network",
        "CredHelper.CommandLine",
        "CredHelper.Doctor"
    )]
    [InlineData("CredHelper.Network", "CredHelper.CommandLine", "CredHelper.DockerConfig")]
    [InlineData("CredHelper.Aws", "CredHelper.CommandLine", "CredHelper.DockerConfig")]
    public void DirectionsHold(string origin, params string[] unknown)
    {
        IEnumerable<string> wrong =
            from type in Program.GetTypes().Concat(Core.GetTypes())
            where IsBelow(type, origin)
            from mention in Mentions(type)
            where unknown.Any(name => IsBelow(mention, name))
            select $"{type} mentions {mention}";
        Assert.Equal([], wrong.Distinct());
    }

    /// <summary>In sources, because what a method's body uses stands in no signature.</summary>
    [Theory]
    [InlineData("src/CredHelper/DockerConfig", "CredHelper.Aws")]
    [InlineData("src/CredHelper/Children", "CredHelper.Aws")]
    [InlineData("src/CredHelper/Mapping", "CredHelper.Aws")]
    [InlineData("src/CredHelper/Aws", "CredHelper.CommandLine")]
    [InlineData("src/CredHelper/Editing", "CredHelper.CommandLine")]
    [InlineData("src/CredHelper/GitLabRunner", "CredHelper.CommandLine")]
    [InlineData("src/CredHelper/Resolution", "CredHelper.Aws")]
    [InlineData("src/CredHelper/Setup", "CredHelper.CommandLine")]
    [InlineData("src/CredHelper/Doctor", "CredHelper.CommandLine")]
    [InlineData("src/CredHelper/Network", "CredHelper.CommandLine")]
    [InlineData("src/CredHelper.Core", "CredHelper.Aws")]
    [InlineData("src/CredHelper.Core", "CredHelper.CommandLine")]
    [InlineData("src/CredHelper.Core", "Amazon.")]
    public void SourcesDoNotName(string folder, string name) =>
        Assert.DoesNotContain(
            Sources(folder),
            file => File.ReadAllText(file).Contains($"using {name}", StringComparison.Ordinal)
        );

    [Fact]
    public void AmazonIsNamedInAwsAndNetworkAlone() =>
        Assert.Equal(
            [],
            Sources("src/CredHelper")
                .Where(file => File.ReadAllText(file).Contains("using Amazon", StringComparison.Ordinal))
                .Select(file =>
                    Path.GetRelativePath(Path.Combine(Repository.Root, "src", "CredHelper"), file).Replace('\\', '/')
                )
                .Where(file =>
                    !file.StartsWith("Aws/", StringComparison.Ordinal)
                    && !file.StartsWith("Network/", StringComparison.Ordinal)
                )
        );

    [Fact]
    public void NoFileIsLongerThan320Lines() =>
        Assert.Equal([], SourceFiles().Where(file => File.ReadLines(file).Count() > 320).Select(Relative));

    [Fact]
    public void NoLineIsWiderThan120Columns() =>
        Assert.Equal(
            [],
            SourceFiles()
                .SelectMany(file =>
                    File.ReadLines(file)
                        .Select((line, index) => (line.Length, Place: $"{Relative(file)}:{index + 1}"))
                        .Where(line => line.Length > 120)
                        .Select(line => line.Place)
                )
        );

    [Fact]
    public void TypesAreInternal() =>
        Assert.Equal([], Core.GetExportedTypes().Concat(Program.GetExportedTypes()).Select(type => type.FullName));

    [Fact]
    public void PropertiesWithASecretAreOfTypesThatDoNotPrintIt()
    {
        // A record prints every property; one that holds a secret must say what it prints instead.
        string[] secret =
        [
            "Secret",
            "SecretKey",
            "SecretAccessKey",
            "Password",
            "AuthorizationToken",
            "SessionToken",
            "PrivateKey",
            "RefreshToken",
            "AccessToken",
            "IdToken",
            "Body",
            "Output",
            "Content",
        ];
        IEnumerable<string?> chatty =
            from type in Core.GetTypes().Concat(Program.GetTypes())
            where
                type.GetMethod("PrintMembers", Declared) is not null
                && type.GetProperties(Declared).Any(property => secret.Contains(property.Name))
            where
                type.GetMethod("ToString", BindingFlags.Public | BindingFlags.Instance, [])
                    ?.IsDefined(typeof(CompilerGeneratedAttribute)) != false
            select type.FullName;
        Assert.Equal([], chatty);
    }

    [Fact]
    public async Task ACacheHitLoadsNoAssemblyOfAwsAndOpensNoSocket()
    {
        Programs.RequireLinux();
        string strace = Programs.Find("strace") ?? "";
        if (strace.Length == 0)
            Assert.Skip("strace is not installed");
        using var home = new Home();
        TokenCache cache = home.Cache();
        EnvironmentSnapshot environment = home.Environment(
            ("DOTNET_EnableDiagnostics", "0"),
            ("DOTNET_TieredPGO", "0")
        );
        CacheKey cacheKey = CacheKey.Compute(environment, cache.Seed);
        cache.Put(
            cacheKey.KeyOf(Sample.Registry),
            Sample.Token(DateTimeOffset.UtcNow.ToUnixTimeSeconds()) with
            {
                Selector = cacheKey.Selector,
            }
        );

        string trace = Path.Combine(home.Root, "trace");
        ProgramRun run = await Programs.RunAsync(
            strace,
            ["-f", "-o", trace, "-e", "trace=openat,open,socket,connect,flock", Programs.Dotnet, Programs.Ours, "get"],
            environment.Variables,
            Sample.Host
        );
        Assert.SkipWhen(
            run.ExitCode != 0 && run.Error.Contains("ptrace", StringComparison.Ordinal),
            "strace may not trace here"
        );
        Assert.Equal(
            (0, $$"""{"ServerURL":"{{Sample.Host}}","Username":"AWS","Secret":"secret"}""" + "\n"),
            (run.ExitCode, run.Output)
        );

        string[] calls = await File.ReadAllLinesAsync(trace, TestContext.Current.CancellationToken);
        string[] loaded =
        [
            .. calls
                .Where(line =>
                    line.Contains(".dll\"", StringComparison.Ordinal)
                    && line.Contains(" = ", StringComparison.Ordinal)
                    && !line.Contains("= -1", StringComparison.Ordinal)
                )
                .Select(line => Path.GetFileName(line.Split('"')[1]))
                .Distinct(),
        ];
        Assert.Contains("CredHelper.Core.dll", loaded);
        string[] slow =
        [
            "AWSSDK",
            "System.CommandLine",
            "Microsoft.Extensions",
            "System.Net.Http",
            "System.Net.Sockets",
            "System.Net.Security",
            "System.Security.Cryptography",
            "System.Diagnostics.Process",
            "Tomlyn",
        ];
        Assert.Equal([], loaded.Where(name => slow.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))));
        Assert.DoesNotContain(
            calls,
            line =>
                line.Contains("AF_INET", StringComparison.Ordinal) || line.Contains("lock-", StringComparison.Ordinal)
        );
        // The entry, its seed and the configuration files; nothing of the cache is written.
        Assert.DoesNotContain(
            calls,
            line =>
                line.Contains(home.Root, StringComparison.Ordinal)
                && (
                    line.Contains("O_WRONLY", StringComparison.Ordinal)
                    || line.Contains("O_RDWR", StringComparison.Ordinal)
                    || line.Contains("O_CREAT", StringComparison.Ordinal)
                )
        );
    }

    /// <summary>The sources of program, tests and tools.</summary>
    private static IEnumerable<string> SourceFiles() => [.. Sources("src"), .. Sources("tests"), .. Sources("tools")];

    private static string Relative(string file) => Path.GetRelativePath(Repository.Root, file);

    private static IEnumerable<string> Sources(string folder) =>
        Directory
            .EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(file =>
                !file.Contains(
                    $"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}",
                    StringComparison.Ordinal
                )
            );

    private static bool IsBelow(Type type, string name) =>
        type.Namespace is { } place && (place == name || place.StartsWith(name + ".", StringComparison.Ordinal));

    /// <summary>Every type that a type's signatures, fields and bases name.</summary>
    private static IEnumerable<Type> Mentions(Type type)
    {
        IEnumerable<Type?> direct =
        [
            type.BaseType,
            .. type.GetInterfaces(),
            .. type.GetFields(Declared).Select(field => field.FieldType),
            .. type.GetProperties(Declared).Select(property => property.PropertyType),
            .. type.GetConstructors(Declared)
                .SelectMany(constructor => constructor.GetParameters())
                .Select(parameter => parameter.ParameterType),
            .. type.GetMethods(Declared)
                .SelectMany(method =>
                    method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType)
                ),
        ];
        return direct.OfType<Type>().SelectMany(Parts);
    }

    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!)
        : type.IsGenericType ? [type, .. type.GetGenericArguments().SelectMany(Parts)]
        : [type];
}
