using System.Text;
using CredHelper.GitLabRunner;
using CredHelper.Setup;
using CredHelper.Tests.GitLabRunner;
using CsCheck;

namespace CredHelper.Tests.Setup;

/// <summary>
/// Setups and undos of a config.toml, in any order, over any document, with a manager that rewrites it.
/// </summary>
public sealed class RunnerConfigUndoTests
{
    private static readonly string[] Hosts =
    [
        "123456789012.dkr.ecr.us-east-1.amazonaws.com",
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
        "public.ecr.aws",
    ];
    private static readonly SetupMode Mode = Modes.Sure;

    [Fact]
    public void UndoneIsAsBeforeByteForByte() =>
        Gen.Select(RandomConfig.Document, Gen.Int[0, 2].List[1, 4])
            .Sample(
                (document, order) =>
                    InHome(
                        document,
                        (home, path) =>
                        {
                            foreach (int host in order)
                                Setup(home, path, Hosts[host]);
                            Undo(home, path, null);
                            Assert.Equal(document, Exact.GetString(File.ReadAllBytes(path)));
                            Assert.Equal(
                                ["config.toml"],
                                Directory.EnumerateFiles(Path.GetDirectoryName(path)!).Select(Path.GetFileName)
                            );
                        }
                    ),
                iter: 60
            );

    [Fact]
    public void SetUpTwiceIsSetUpOnce() =>
        RandomConfig.Document.Sample(
            document =>
                InHome(
                    document,
                    (home, path) =>
                    {
                        Setup(home, path, Hosts[0]);
                        byte[] once = File.ReadAllBytes(path);
                        Assert.False(Setup(home, path, Hosts[0]).IsChanged);
                        Assert.Equal(once, File.ReadAllBytes(path));
                    }
                ),
            iter: 60
        );

    [Fact]
    public void RewrittenByTheManagerMeanwhileItKeepsThat() =>
        Gen.Select(RandomConfig.Document, Gen.Shuffle(Hosts))
            .Sample(
                (document, order) =>
                    InHome(
                        document,
                        (home, path) =>
                        {
                            Setup(home, path, Hosts[0]);
                            File.WriteAllText(path, Exact.GetString(File.ReadAllBytes(path)) + "\n# rotated\n", Exact);
                            foreach (string host in Hosts)
                                Setup(home, path, host);
                            foreach (string host in order)
                                Undo(home, path, host);
                            Undo(home, path, null);
                            string after = Exact.GetString(File.ReadAllBytes(path));
                            Assert.EndsWith("\n# rotated\n", after);
                            Assert.DoesNotContain("ecr-login", after);
                            Assert.Equal(Told(document), Told(after));
                        }
                    ),
                iter: 60
            );

    private static UTF8Encoding Exact { get; } = new(encoderShouldEmitUTF8Identifier: false);

    private static string Told(string text) =>
        string.Join(
            '\n',
            RunnerConfig
                .Parse("config.toml", Exact.GetBytes(text))
                .Runners.Select(runner =>
                    $"{runner.Name} {runner.Executor} {runner.Image} "
                    + $"{string.Join('|', runner.Environment.Select(Squeezed))} "
                    + $"{string.Join('|', runner.Volumes)} {string.Join('|', runner.Services)}"
                )
        );

    /// <summary>The JSON in a variable may be laid out anew.</summary>
    private static string Squeezed(string variable) =>
        variable.StartsWith("DOCKER_AUTH_CONFIG=", StringComparison.Ordinal)
            ? string.Concat(variable.Where(c => !char.IsWhiteSpace(c)))
            : variable;

    private static void InHome(string document, Action<Home, string> test)
    {
        using var home = new Home();
        string path = Path.Combine(home.Root, "etc", "config.toml");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, document, Exact);
        test(home, path);
    }

    private static SetupReport Setup(Home home, string path, string host)
    {
        var report = new SetupReport(Mode);
        PlannedChange change = new RunnerConfigSettings(path, home.Environment())
        {
            Registries = [RegistryArgument.Parse(host)],
            HasVariable = true,
            Volume = "/a:/b:ro",
        }.Plan();
        new SetupTransaction(home.Environment(), [change], report).Commit();
        return report;
    }

    private static void Undo(Home home, string path, string? host) =>
        new SetupUndo(home.Environment(), Mode, new SetupReport(Mode)).Run([(path, FileFormat.RunnerConfig)], host);
}
