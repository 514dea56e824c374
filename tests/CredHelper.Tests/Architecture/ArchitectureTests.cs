using System.Reflection;
using System.Runtime.CompilerServices;
using CredHelper.Aws.Ecr;
using CredHelper.Cache;
using CredHelper.Platform;
using Mono.Cecil;

namespace CredHelper.Tests.Architecture;

/// <summary>The directions that docs/dev/architecture.md draws, and rules that hold for all sources.</summary>
public sealed class ArchitectureTests
{
    private const BindingFlags Declared =
        BindingFlags.Public
        | BindingFlags.NonPublic
        | BindingFlags.Instance
        | BindingFlags.Static
        | BindingFlags.DeclaredOnly;
    private static readonly ArchitectureDrawing Drawing = ArchitectureDrawing.Read();
    private static readonly IReadOnlyList<(TypeReference From, TypeReference To)> AllReferences = TypeReferences.Read(
        typeof(TokenCache).Assembly.Location,
        typeof(ITokenIssuer).Assembly.Location
    );
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
            from reference in AllReferences
            let folder = TypeReferences.FolderOf(reference.From)
            where folder is not null && folder.Split('/')[0] is not ("Aws" or "Network")
            where reference.To.Namespace.StartsWith("Amazon", StringComparison.Ordinal)
            select $"{reference.From} uses {reference.To}";
        Assert.Equal([], leaks.Distinct());
    }

    [Fact]
    public void FoldersUseWhatTheDrawingAllows()
    {
        IEnumerable<string> undrawn =
            from edge in FolderReferences()
            where !Drawing.Allows(edge.From, edge.To)
            select $"{edge.From} -> {edge.To}: {edge.Example}";
        Assert.Equal([], undrawn);
    }

    [Fact]
    public void EveryFolderIsDrawn() =>
        Assert.Equal(
            [],
            AllReferences
                .Select(reference => TypeReferences.FolderOf(reference.From))
                .OfType<string>()
                .Distinct()
                .Where(folder => !Drawing.Knows(folder))
        );

    [Fact]
    public void TheDrawingHasNoCircle() =>
        Assert.Equal([], Drawing.Arrows.Where(arrow => Drawing.Allows(arrow.To, arrow.From)));

    [Fact]
    public void EveryArrowIsNeeded()
    {
        HashSet<(string, string)> used = [.. FolderReferences().Select(edge => (edge.From, edge.To))];
        Assert.Equal([], Drawing.Arrows.Where(arrow => !used.Contains(arrow)));
    }

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

    private static IEnumerable<string> Sources(string folder) => Repository.Files(folder, "*.cs");

    /// <summary>Each pair of folders in which one uses the other, with one pair of types that shows it.</summary>
    private static IEnumerable<(string From, string To, string Example)> FolderReferences() =>
        from reference in AllReferences
        let @from = TypeReferences.FolderOf(reference.From)
        let to = TypeReferences.FolderOf(reference.To)
        where @from is not null && to is not null && @from != to
        group $"{reference.From.Name} uses {reference.To.Name}" by (From: @from, To: to) into edge
        select (edge.Key.From, edge.Key.To, edge.First());
}
