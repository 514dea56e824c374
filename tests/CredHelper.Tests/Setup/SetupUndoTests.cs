using System.Text;
using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Setup;
using CredHelper.Tests.Editing;
using CsCheck;

namespace CredHelper.Tests.Setup;

/// <summary>Setups and undos of a docker config, in any order, over any document.</summary>
public sealed class SetupUndoTests
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
        Gen.Select(RandomJson.Document, Gen.Int[0, 2].List[1, 4])
            .Sample(
                (document, order) =>
                    InHome(
                        document,
                        (home, path) =>
                        {
                            foreach (int host in order)
                                Setup(home, path, Hosts[host]);
                            Undo(home, path, null);
                            Assert.Equal(document, File.ReadAllBytes(path));
                            Assert.Equal(
                                ["config.json"],
                                Directory.EnumerateFiles(Path.GetDirectoryName(path)!).Select(Path.GetFileName)
                            );
                        }
                    ),
                iter: 60
            );

    [Fact]
    public void SetUpTwiceIsSetUpOnce() =>
        RandomJson.Document.Sample(
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
    public void UndoneOneByOneIsAsBefore() =>
        Gen.Select(RandomJson.Document, Gen.Shuffle(Hosts))
            .Sample(
                (document, order) =>
                    InHome(
                        document,
                        (home, path) =>
                        {
                            foreach (string host in Hosts)
                                Setup(home, path, host);
                            foreach (string host in order)
                                Undo(home, path, host);
                            Undo(home, path, null);
                            Assert.True(
                                System.Text.Json.Nodes.JsonNode.DeepEquals(
                                    Node(document),
                                    Node(File.ReadAllBytes(path))
                                )
                            );
                        }
                    ),
                iter: 60
            );

    [Fact]
    public void WhatSomebodyElseAddedStays() =>
        RandomJson.Document.Sample(
            document =>
                InHome(
                    document,
                    (home, path) =>
                    {
                        Setup(home, path, Hosts[0]);
                        JsonEdit edit = JsonEdit.Parse(path, File.ReadAllBytes(path));
                        edit.Put("\"mine\"", "credHelpers", "ghcr.io");
                        File.WriteAllBytes(path, edit.ToBytes());
                        Setup(home, path, Hosts[1]);
                        Undo(home, path, null);
                        JsonEdit after = JsonEdit.Parse(path, File.ReadAllBytes(path));
                        Assert.Equal("\"mine\"", after.Find("credHelpers", "ghcr.io"));
                        Assert.All(Hosts, host => Assert.Null(after.Find("credHelpers", host)));
                    }
                ),
            iter: 60
        );

    [Fact]
    public void ABackupWithOtherBytesIsNotPutBack() =>
        InHome(
            """{"psFormat":"x"}"""u8.ToArray(),
            (home, path) =>
            {
                Setup(home, path, Hosts[0]);
                string backup = SetupRecord.BackupPath(path);
                File.WriteAllText(backup, """{"credsStore":"evil"}""");
                Undo(home, path, null);
                JsonEdit after = JsonEdit.Parse(path, File.ReadAllBytes(path));
                Assert.Null(after.Find("credsStore"));
                Assert.Equal("\"x\"", after.Find("psFormat"));
                Assert.True(File.Exists(backup));
            }
        );

    [Fact]
    public void ALinkInThePlaceOfTheBackupIsNotFollowed() =>
        InHome(
            """{"psFormat":"x"}"""u8.ToArray(),
            (home, path) =>
            {
                string victim = home.Write("victim", "precious");
                File.CreateSymbolicLink(SetupRecord.BackupPath(path), victim);
                Assert.Throws<HelperException>(() => Setup(home, path, Hosts[0]));
                Assert.Equal("precious", File.ReadAllText(victim));
                Assert.Equal("""{"psFormat":"x"}""", File.ReadAllText(path));
            }
        );

    private static void InHome(byte[] document, Action<Home, string> test)
    {
        using var home = new Home();
        string path = Path.Combine(home.Root, ".docker", "config.json");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, document);
        test(home, path);
    }

    private static SetupReport Setup(Home owner, string path, string host)
    {
        EnvironmentSnapshot environment = owner.Environment();
        var report = new SetupReport(Mode);
        var home = new HomeSettings(environment, path) { Registries = [RegistryArgument.Parse(host)] };
        new SetupTransaction(environment, home.Plan(), report).Commit();
        return report;
    }

    private static void Undo(Home home, string path, string? host) =>
        new SetupUndo(home.Environment(), Mode, new SetupReport(Mode)).Run([(path, FileFormat.Json)], host);

    private static System.Text.Json.Nodes.JsonNode? Node(byte[] bytes) =>
        System.Text.Json.Nodes.JsonNode.Parse(Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF'));
}
