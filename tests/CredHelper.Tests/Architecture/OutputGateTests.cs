namespace CredHelper.Tests.Architecture;

/// <summary>
/// Whoever prints something for people goes through <c>Terminal.Write</c>, <c>FailureLine</c> or <c>TextLayout</c>,
/// which clean it. The files that go around are listed here, with why each may.
/// </summary>
public sealed class OutputGateTests
{
    private static readonly (string File, string Why)[] Around =
    [
        ("src/CredHelper.Core/Platform/Terminal.cs", "the gate itself"),
        ("src/CredHelper.Core/Diagnostics/FailureLine.cs", "cleaned when it is made"),
        ("src/CredHelper.Core/Diagnostics/DebugLog.cs", "cleaned in the same method"),
        ("src/CredHelper/Cli/CacheCommand.cs", "JSON; a table of TextLayout"),
        ("src/CredHelper/Cli/CompletionCommand.cs", "a script of ours"),
        ("src/CredHelper/Cli/DoctorRequest.cs", "the report, which is cleaned piece by piece"),
        ("src/CredHelper/Cli/ExportCommand.cs", "JSON and its forms"),
        ("src/CredHelper/Cli/GetVerb.cs", "the protocol's JSON"),
        ("src/CredHelper/Cli/KubeletCommand.cs", "JSON"),
        ("src/CredHelper/Cli/ListVerb.cs", "JSON"),
        ("src/CredHelper/Cli/RunnerPrinting.cs", "configuration with quoted values"),
        ("src/CredHelper/Cli/Verbs.cs", "the version"),
        ("src/CredHelper/Output/FactSheet.cs", "JSON; facts that are cleaned when they are made"),
        ("src/CredHelper/Output/Progress.cs", "erases a line"),
        ("src/CredHelper/Output/TextLayout.cs", "cleaned piece by piece"),
        ("src/CredHelper/Processes/AsUser.cs", "the output of a child, which has cleaned it"),
        ("src/CredHelper/Processes/UserChild.cs", "a file, for the process of root that reads it"),
        ("src/CredHelper/Program.cs", "cleaned in the method that calls it"),
        ("src/CredHelper/Setup/MisplacedConfig.cs", "a file, for the process of root that reads it"),
        ("src/CredHelper/Setup/SetupReport.cs", "JSON"),
    ];

    private static readonly string[] Writers =
    [
        "StandardStreams.WriteOutput",
        "StandardStreams.WriteError",
        ".WriteAsIs(",
        ".WriteErrorAsIs(",
        "Console.Write",
        "Console.Out",
        "Console.Error.",
    ];

    [Fact]
    public void NobodyElseWritesAroundTheGate()
    {
        string root = Repository.Root;
        IEnumerable<string> found = Repository
            .Files("src", "*.cs")
            .Where(HasWriter)
            .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);
        Assert.Equal(Around.Select(one => one.File).Order(StringComparer.Ordinal), found);
    }

    private static bool HasWriter(string file) =>
        File.ReadLines(file)
            .Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal))
            .Any(line => Array.Exists(Writers, writer => line.Contains(writer, StringComparison.Ordinal)));
}
