using System.Globalization;
using System.Text;
using CredHelper.Emulator;

namespace CredHelper.Scenarios.Runner;

/// <summary>
/// Runs one scenario: a loop over its lines, with a temporary directory, an environment that first contains only PATH
/// and HOME, and the result of the last command. The commands are listed in this project's README.md.
/// </summary>
internal sealed partial class ScenarioRun : IAsyncDisposable
{
    private readonly Scenario _scenario;
    private readonly string _work = Directory.CreateTempSubdirectory("credhelper-").FullName;
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Func<ScenarioLine, Task>> _actions;
    private readonly Dictionary<string, Func<ScenarioLine, string?>> _expectations;

    private ScenarioRun(Scenario scenario)
    {
        _scenario = scenario;
        _variables["WORK"] = _work;
        _variables["BIN"] = PublishedBinary.Directory;
        _variables["SYSTEM_PATH"] = SystemPath.Value;
        _variables["E"] = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
        (_variables["KEY"], _variables["SECRET"]) = (AccessKey.Known[0].Id, AccessKey.Known[0].Secret);
        (_variables["KEY2"], _variables["SECRET2"]) = (AccessKey.Known[1].Id, AccessKey.Known[1].Secret);
        (_variables["SESSION_KEY"], _variables["SESSION_SECRET"]) = (
            AccessKey.KnownSession.Id,
            AccessKey.KnownSession.Secret
        );
        _variables["SESSION_TOKEN"] = AccessKey.KnownSession.SessionToken!;
        _secrets.UnionWith(AccessKey.Known.Select(key => key.Secret));
        _secrets.UnionWith([AccessKey.KnownSession.Secret, AccessKey.KnownSession.SessionToken!]);
        _environment["HOME"] = Path.Combine(_work, "home");
        _environment["PATH"] = $"{PublishedBinary.Directory}:{SystemPath.Value}";
        // On an EC2 instance or in a CI job, a scenario must not use the role of that machine.
        _environment["AWS_EC2_METADATA_DISABLED"] = "true";
        if (PublishedBinary.IsWindows)
        {
            _environment["CREDHELPER_SCENARIO_WORK"] = _work;
            _environment["WINEPREFIX"] = Environment.GetEnvironmentVariable("WINEPREFIX") ?? "";
            _variables["WINDOWS_WORK"] = "Z:" + _work.Replace('/', '\\');
        }
        Directory.CreateDirectory(_environment["HOME"]);
        // Scenarios that continue as another user must be able to enter it.
        PublishedBinary.OpenToEveryone(_work);
        _actions = ProcessActions()
            .Concat(FileActions())
            .Concat(MountActions())
            .Concat(EmulatorActions())
            .Concat(TokenActions())
            .ToDictionary(StringComparer.Ordinal);
        _expectations = OutputExpectations()
            .Concat(FileExpectations())
            .Concat(EmulatorExpectations())
            .ToDictionary(StringComparer.Ordinal);
    }

    public static async Task RunAsync(Scenario scenario)
    {
        await using var run = new ScenarioRun(scenario);
        foreach (ScenarioLine line in scenario.Lines)
            await run.RunAsync(line);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ChildProcess child in _background)
            child.Dispose();
        _mounts?.Dispose();
        if (_emulator is not null)
            await _emulator.DisposeAsync();
        // Directory.Delete would fail on directories without search permission, which a scenario may leave behind.
        await RunToolAsync("chmod", "-R", "u+rwX", _work);
        await RunToolAsync("rm", "-rf", _work);
    }

    private async Task RunAsync(ScenarioLine line)
    {
        try
        {
            if (_expectations.TryGetValue(line.Command, out Func<ScenarioLine, string?>? expectation))
            {
                string? difference = expectation(line);
                if (line.Negated ? difference is null : difference is not null)
                    throw new ScenarioFailedException(difference ?? "it does, and should not");
            }
            else if (_actions.TryGetValue(line.Command, out Func<ScenarioLine, Task>? action))
            {
                await action(line);
            }
            else
            {
                throw new ScenarioFailedException("no such command; README.md lists them");
            }
        }
        catch (Exception exception) when (exception is not ScenarioSkippedException)
        {
            string reason = exception is ScenarioFailedException ? exception.Message : exception.ToString();
            throw new ScenarioFailedException(
                $"{_scenario.Name}.txt:{line.Number}: {line}\n{Indent(reason)}\n{Describe()}\n# {_scenario.Prose}"
            );
        }
    }

    private string Describe()
    {
        var text = new StringBuilder();
        // Of a hundred equal results the first few are enough.
        foreach (Outcome outcome in _outcomes.Take(3))
        {
            text.Append(
                    CultureInfo.InvariantCulture,
                    $"last command: exit code {outcome.ExitCode} after {outcome.Elapsed.TotalSeconds:0.000} s\n"
                )
                .Append("  stdout: ")
                .Append(Shorten(outcome.Stdout))
                .Append('\n')
                .Append("  stderr: ")
                .Append(Shorten(outcome.Stderr))
                .Append('\n');
        }

        return text.ToString().TrimEnd();
    }

    private string? LookUp(string name) =>
        _environment.TryGetValue(name, out string? value) || _variables.TryGetValue(name, out value) ? value : null;

    private string Expand(string text) => Words.Expand(text, LookUp);

    /// <summary>Text that the program reads; a path needs a drive if it is a Windows program.</summary>
    private string ExpandContent(string text) =>
        Words.Expand(text, name => name == "WORK" && PublishedBinary.IsWindows ? "Z:" + _work : LookUp(name));

    private IReadOnlyList<string> Split(ScenarioLine line) => Words.Split(line.Argument, LookUp);

    /// <summary>
    /// An absolute path: <c>~/</c> is the scenario's home, even if HOME has changed; relative paths start at $WORK.
    /// </summary>
    private string PathOf(string text) =>
        text.StartsWith("~/", StringComparison.Ordinal)
            ? Path.Combine(_work, "home", text[2..])
            : Path.Combine(_work, text);

    private static string Shorten(string text)
    {
        const int limit = 300;
        return text.Length <= limit ? text : $"{text[..limit]} … ({text.Length} characters)";
    }

    private static string Indent(string text) => "  " + text.Replace("\n", "\n  ", StringComparison.Ordinal);
}
