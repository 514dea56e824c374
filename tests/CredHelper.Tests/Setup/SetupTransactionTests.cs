using System.Security.Cryptography;
using System.Text;
using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.Setup;

namespace CredHelper.Tests.Setup;

/// <summary>All files of a setup are written or none, from changes that are computed once.</summary>
public sealed class SetupTransactionTests : IDisposable
{
    private const string Found = """{"auths":{"ghcr.io":{"auth":"bWU6cHc="}}}""";
    private static readonly SetupMode Mode = Modes.Sure;

    private readonly Home _home = new();
    private readonly SetupReport _report = new(Mode);

    [Fact]
    public void WhenTheSecondFileFailsTheFirstIsAsBefore()
    {
        string first = _home.Write(".docker/config.json", Found);
        SetupTransaction transaction = Of(Planned(first), Planned(Path.Combine(_home.Write("file", ""), "config")));
        Assert.Throws<HelperException>(() => new SetupPlan([new Unchecked(transaction)]).CarryOut(Mode, _report));
        Assert.Equal(Found, File.ReadAllText(first));
        Assert.Equal([first, Path.Combine(_home.Root, "file")], Files());
    }

    [Fact]
    public void WhenTheSecondFileFailsANewFirstIsGoneWithItsDirectory()
    {
        string first = Path.Combine(_home.Root, ".docker", "config.json");
        SetupTransaction transaction = Of(Planned(first), Planned(Path.Combine(_home.Write("file", ""), "config")));
        Assert.Throws<HelperException>(() => new SetupPlan([new Unchecked(transaction)]).CarryOut(Mode, _report));
        Assert.False(Directory.Exists(Path.GetDirectoryName(first)));
        Assert.Equal([Path.Combine(_home.Root, "file")], Files());
    }

    [Fact]
    public void WhenALaterStepFailsTheRecordOfAnEarlierSetupStays()
    {
        string path = _home.Write(".docker/config.json", Found);
        Of(Planned(path)).Commit();
        string afterFirst = File.ReadAllText(path);
        var failing = new Failing(() => { });
        Assert.Throws<HelperException>(() =>
            new SetupPlan([Of(Planned(path, "public.ecr.aws")), failing]).CarryOut(Mode, _report)
        );
        Assert.Equal(afterFirst, File.ReadAllText(path));
        Undo(path);
        Assert.Equal(Found, File.ReadAllText(path));
    }

    [Fact]
    public void WhatCannotBeRevertedIsNamedAndUndoneLater()
    {
        string path = _home.Write(".docker/config.json", Found);
        var failing = new Failing(() => File.AppendAllText(path, "\n"));
        HelperException exception = Assert.Throws<HelperException>(() =>
            new SetupPlan([Of(Planned(path)), failing]).CarryOut(Mode, _report)
        );
        Assert.Equal($"the step failed; {path} has been written already; setup --undo reverts it", exception.Message);
        Assert.Equal("fix it", exception.Hint);
        Undo(path);
        Assert.DoesNotContain("ecr-login", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Contains("ghcr.io", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Fact]
    public void DesiredValuesAreComputedOnce()
    {
        int calls = 0;
        PlannedChange change = Counted(_home.Write("config.json", Found), () => calls++);
        new SetupPlan([Of(change)]).CarryOut(Mode, _report);
        Assert.Equal(1, calls);
        Assert.True(_report.IsChanged);
    }

    [Fact]
    public void DesiredValuesAreComputedAgainForAFileThatChangedMeanwhile()
    {
        int calls = 0;
        string path = _home.Write("config.json", Found);
        PlannedChange change = Counted(path, () => calls++);
        File.WriteAllText(path, """{"currentContext":"mine"}""");
        new SetupPlan([Of(change)]).CarryOut(Mode, _report);
        Assert.Equal(2, calls);
        JsonEdit after = JsonEdit.Parse(path, File.ReadAllBytes(path));
        Assert.Equal("\"mine\"", after.Find("currentContext"));
        Assert.Equal("\"ecr-login\"", after.Find("credHelpers", "public.ecr.aws"));
    }

    [Fact]
    public void ConsentHoldsForNothingThatAppearedMeanwhile()
    {
        string path = _home.Write("config.json", Found);
        PlannedChange change = Planned(path, "public.ecr.aws");
        const string Theirs = """{"credHelpers":{"public.ecr.aws":"other"}}""";
        File.WriteAllText(path, Theirs);
        HelperException exception = Assert.Throws<HelperException>(() =>
            new SetupPlan([Of(change)]).CarryOut(Mode, _report)
        );
        Assert.Equal($"another program changed the settings in {path} that would be replaced", exception.Message);
        Assert.Equal(Theirs, File.ReadAllText(path));
    }

    [Fact]
    public void ARunnerThatGetsNothingIsWarnedOfOnce()
    {
        string path = _home.Write(
            "config.toml",
            """
            [[runners]]
              name = "a"
              executor = "docker"
            [[runners]]
              name = "b"
              executor = "shell"
            """
        );
        var settings = new RunnerConfigSettings(path, _home.Environment())
        {
            Registries = [RegistryArgument.Parse("public.ecr.aws")],
            HasVariable = true,
        };
        string warning = Assert.Single(settings.Warnings(settings.Plan()));
        Assert.Equal("runner b: its executor 'shell' pulls no images, so it was not changed", warning);
    }

    [Fact]
    public void ARecordOfVersion090IsUndone()
    {
        string path = _home.Write("config.json", """{"credHelpers":{"public.ecr.aws":"ecr-login"}}""");
        string name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..32];
        _home.Write(
            $".ecr/setup-v1/{name}.json",
            $$"""
            {
              "target": "{{path}}", "existed": true, "original": "", "written": "", "exact": false,
              "madeDirectory": false,
              "values": [
                {"path": ["credHelpers"], "before": null, "after": "", "registry": null, "around": true},
                {"path": ["credHelpers", "public.ecr.aws"], "before": null, "after": "\"ecr-login\"",
                 "registry": "public.ecr.aws", "around": false}
              ]
            }
            """
        );
        Undo(path);
        Assert.Equal("{}", File.ReadAllText(path));
    }

    public void Dispose() => _home.Dispose();

    private SetupTransaction Of(params PlannedChange[] changes) => new(_home.Environment(), changes, _report);

    private void Undo(string path) =>
        new SetupUndo(_home.Environment(), Mode, _report).Run([(path, FileFormat.Json)], null);

    private IEnumerable<string> Files() =>
        Directory.EnumerateFiles(_home.Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    private static PlannedChange Planned(string path, string host = "123456789012.dkr.ecr.us-east-1.amazonaws.com") =>
        PlannedChange.Of(new DesiredFile(path, FileFormat.Json, _ => [Desired(host)]));

    private static PlannedChange Counted(string path, Action called) =>
        PlannedChange.Of(
            new DesiredFile(
                path,
                FileFormat.Json,
                _ =>
                {
                    called();
                    return [Desired("public.ecr.aws")];
                }
            )
        );

    private static DesiredValue Desired(string host) => new(["credHelpers", host], "\"ecr-login\"", Registry: host);

    /// <summary>A step whose failure shows only when it is done.</summary>
    private sealed class Failing(Action before) : ISetupStep
    {
        public IEnumerable<string> Questions => [];

        public void Check() { }

        public void Show() { }

        public void Commit()
        {
            before();
            throw new HelperException(FailureKind.Other, "the step failed", "fix it");
        }

        public IEnumerable<string> Revert() => [];
    }

    /// <summary>A step whose failure the check does not foresee.</summary>
    private sealed class Unchecked(ISetupStep step) : ISetupStep
    {
        public IEnumerable<string> Questions => step.Questions;

        public void Check() { }

        public void Show() => step.Show();

        public void Commit() => step.Commit();

        public IEnumerable<string> Revert() => step.Revert();
    }
}
