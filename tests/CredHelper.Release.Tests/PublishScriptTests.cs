using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Text;

namespace CredHelper.Release.Tests;

/// <summary>publish.ps1, read and run by PowerShell's own engine.</summary>
public sealed class PublishScriptTests
{
    private static readonly string Script = Path.Combine(Repository.Root, "publish.ps1");
    private static readonly string[] Two = ["osx-x64", "linux-x64"];
    private static readonly string[] Owner =
    [
        "ProjectUrl=https://git.example.com/ecr-login",
        "PackagesUrl=https://packages.example.com",
        "ContainerImage=registry.example.com/ecr-login",
        "MaintainerName=Jane Doe",
        "MaintainerEmail=jane@example.com",
    ];

    [Fact]
    public void ItIsWellFormed()
    {
        Parser.ParseFile(Script, out _, out var errors);
        Assert.Empty(errors);
    }

    [Fact]
    public void ItUsesNothingThatWindowsPowerShellLacks()
    {
        Parser.ParseFile(Script, out var tokens, out _);
        TokenKind[] newer =
        [
            TokenKind.AndAnd,
            TokenKind.OrOr,
            TokenKind.QuestionMark,
            TokenKind.QuestionQuestion,
            TokenKind.QuestionQuestionEquals,
            TokenKind.QuestionDot,
            TokenKind.QuestionLBracket,
        ];
        Assert.DoesNotContain(tokens, token => newer.Contains(token.Kind));
        Assert.All(File.ReadAllBytes(Script), letter => Assert.InRange(letter, (byte)0, (byte)127));
    }

    [Fact]
    public void ListNamesEveryTarget()
    {
        var (output, status) = Run(shell => shell.AddParameter("List"));
        Assert.Equal(0, status);
        Assert.Equal(Target.All.Select(target => target.Name), output.Select(line => line.Split(':')[0]));
    }

    [Fact]
    public void TargetsReachTheProgram()
    {
        var (output, status) = Run(shell => shell.AddParameter("List").AddParameter("Target", Two));
        Assert.Equal(0, status);
        Assert.Equal(["osx-x64", "linux-x64"], output.Select(line => line.Split(':')[0]));
    }

    [Fact]
    public void AWrongTargetIsTheScriptsExitCode()
    {
        var (_, status) = Run(shell => shell.AddParameter("List").AddParameter("Target", "amiga"));
        Assert.Equal(1, status);
    }

    [Fact]
    public void ASnapshotTakesProgramsBuiltElsewhere()
    {
        using var room = new Room();
        var from = Directory.CreateDirectory(room["from", "win-x64"]);
        File.WriteAllBytes(
            Path.Combine(from.FullName, "docker-credential-ecr-login.exe"),
            [0, 0, .. Encoding.Unicode.GetBytes(".NET 10.0.99\0")]
        );
        var output = room["out"];
        var (_, status) = Run(shell =>
            shell
                .AddParameter("Snapshot")
                .AddParameter("SkipTests")
                .AddParameter("From", room["from"])
                .AddParameter("Output", output)
                .AddParameter("Property", Owner)
        );
        Assert.Equal(0, status);
        Assert.Single(Directory.GetFiles(output, "*-win-x64.zip"));
        Assert.True(File.Exists(Path.Combine(output, "JaneDoe.docker-credential-ecr-login.installer.yaml")));
        Assert.True(File.Exists(Path.Combine(output, "SHA256SUMS")));
    }

    private static (IReadOnlyList<string> Output, int Status) Run(Action<PowerShell> parameters)
    {
        using var space = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        space.Open();
        using var shell = PowerShell.Create(space);
        shell.AddCommand(Script);
        parameters(shell);
        var output = shell.Invoke().Select(line => line.ToString()).ToList();
        return (output, (int)space.SessionStateProxy.GetVariable("LASTEXITCODE"));
    }
}
