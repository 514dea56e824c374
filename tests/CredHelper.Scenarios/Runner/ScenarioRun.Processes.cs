using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CredHelper.Scenarios.Runner;

/// <summary>Commands that start, feed, wait for and end processes.</summary>
internal sealed partial class ScenarioRun
{
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(30);

    private readonly List<ChildProcess> _background = [];
    private IReadOnlyList<Outcome> _outcomes = [];
    private byte[] _stdin = [];
    private bool _stdinStaysOpen;
    private string _redirections = "";
    private TimeSpan _limit = DefaultLimit;
    private uint? _user;

    private Dictionary<string, Func<ScenarioLine, Task>> ProcessActions() =>
        new(StringComparer.Ordinal)
        {
            ["env"] = Now(SetVariable),
            ["unset"] = Now(line => _environment.Remove(line.Argument)),
            ["stdin"] = Now(line => _stdin = Words.Unescape(Expand(line.Argument))),
            ["stdin-file"] = Now(line => _stdin = File.ReadAllBytes(PathOf(Expand(line.Argument)))),
            ["stdin-repeat"] = Now(RepeatStdin),
            ["stdin-open"] = Now(_ => _stdinStaysOpen = true),
            ["stdin-closed"] = Now(_ => _redirections += "<&- "),
            ["stdout-closed"] = Now(_ => _redirections += ">&- "),
            ["stderr-closed"] = Now(_ => _redirections += "2>&- "),
            ["stdout-to"] = Now(line => _redirections += $">'{PathOf(Expand(line.Argument))}' "),
            ["within"] = Now(line => _limit = Seconds(line.Argument)),
            ["sleep"] = line => Task.Delay(Seconds(line.Argument)),
            ["exec"] = line => ExecuteAsync(line, Split(line), 1),
            ["remedy"] = ExecuteRemedyAsync,
            ["parallel"] = ExecuteInParallelAsync,
            ["background"] = Now(line => _background.Add(ChildProcess.Start(TakeLaunch([.. Split(line).Skip(1)])))),
            ["kill"] = Now(line =>
                _background.ForEach(child => child.Kill(int.Parse(line.Argument, CultureInfo.InvariantCulture)))
            ),
            ["wait"] = WaitForBackgroundAsync,
            ["as-user"] = BecomeUserAsync,
            ["needs"] = NeedAsync,
            ["serial"] = Now(_ => { }),
            ["platform"] = Now(RequirePlatform),
        };

    private static Func<ScenarioLine, Task> Now(Action<ScenarioLine> action) =>
        line =>
        {
            action(line);
            return Task.CompletedTask;
        };

    private static TimeSpan Seconds(string text) =>
        TimeSpan.FromSeconds(double.Parse(text, CultureInfo.InvariantCulture));

    private void SetVariable(ScenarioLine line)
    {
        string[] parts = line.Argument.Split('=', 2);
        _environment[parts[0]] = Expand(parts[1]);
    }

    /// <summary>stdin-repeat COUNT TEXT: input that is too large for a scenario file.</summary>
    private void RepeatStdin(ScenarioLine line)
    {
        string[] parts = line.Argument.Split(' ', 2);
        byte[] unit = Words.Unescape(Expand(parts[1]));
        int count = int.Parse(parts[0], CultureInfo.InvariantCulture);
        byte[] repeated = new byte[unit.Length * count];
        for (int index = 0; index < count; index++)
            unit.CopyTo(repeated, index * unit.Length);
        _stdin = [.. _stdin, .. repeated];
    }

    private async Task ExecuteInParallelAsync(ScenarioLine line)
    {
        IReadOnlyList<string> words = Split(line);
        if (words.Count < 3 || words[1] != "exec")
            throw new ScenarioFailedException("usage: parallel N exec COMMAND…");
        await ExecuteAsync(line, [.. words.Skip(2)], int.Parse(words[0], CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// remedy REGEX: runs what its group captures in the last output, as a user would paste it into a shell. Scenarios
    /// that need root already run as root, so <c>sudo</c> only runs its command.
    /// </summary>
    private Task ExecuteRemedyAsync(ScenarioLine line)
    {
        string output = string.Concat(_outcomes.Select(outcome => $"{outcome.Stderr}\n{outcome.Stdout}\n"));
        Match match = Match(line.Argument, output);
        return match.Groups.Count == 2 && match.Success
            ? ExecuteAsync(line, ["sh", "-c", $"sudo() {{ \"$@\"; }}\n{match.Groups[1].Value}"], 1)
            : throw new ScenarioFailedException("no line matches, or the regex has not one group");
    }

    private async Task ExecuteAsync(ScenarioLine line, IReadOnlyList<string> command, int times)
    {
        TimeSpan limit = _limit;
        Launch launch = TakeLaunch(command);
        var children = Enumerable.Range(0, times).Select(_ => ChildProcess.Start(launch)).ToList();
        try
        {
            await CollectAsync(children, limit);
        }
        finally
        {
            children.ForEach(child => child.Dispose());
        }

        // As with automake: the script could not prepare something, usually a mount.
        const int Unprepared = 77;
        if (_outcomes[0] is { ExitCode: Unprepared } unprepared)
        {
            throw new ScenarioSkippedException(
                $"line {line.Number} cannot be prepared here: {unprepared.Stderr.Trim()}"
            );
        }

        if (_outcomes.Any(outcome => outcome.ExitCode == 0 == line.Negated))
            throw new ScenarioFailedException(line.Negated ? "it succeeded, and should not" : "it failed");
        IEnumerable<string?> differences = _outcomes.Select(outcome =>
            OutputSchemas.Difference(command, outcome.Stdout)
        );
        if (differences.OfType<string>().FirstOrDefault() is { } difference)
            throw new ScenarioFailedException(difference);
    }

    private async Task WaitForBackgroundAsync(ScenarioLine line)
    {
        TimeSpan limit = _limit;
        _limit = DefaultLimit;
        await CollectAsync(_background, limit);
        _background.ForEach(child => child.Dispose());
        _background.Clear();
    }

    private async Task CollectAsync(IReadOnlyList<ChildProcess> children, TimeSpan limit)
    {
        _outcomes = [];
        Outcome?[] ended = await Task.WhenAll(children.Select(child => child.WaitAsync(limit)));
        _outcomes = [.. ended.OfType<Outcome>()];
        foreach (Outcome outcome in _outcomes)
            Remember(outcome);
        int late = ended.Length - _outcomes.Count;
        if (late > 0)
        {
            throw new ScenarioFailedException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{late} of {ended.Length} still ran after {limit.TotalSeconds} s"
                )
            );
        }
    }

    /// <summary>
    /// How the next command is started; stdin, redirections and the time limit apply to one command only.
    /// </summary>
    private Launch TakeLaunch(IReadOnlyList<string> command)
    {
        var environment = new Dictionary<string, string>(_environment, StringComparer.Ordinal);
        var launch = new Launch(
            command,
            environment,
            _work,
            _stdin,
            _stdinStaysOpen,
            _redirections.TrimEnd(),
            _user,
            _mounts
        );
        (_stdin, _stdinStaysOpen, _redirections, _limit) = ([], false, "", DefaultLimit);
        return launch;
    }

    private async Task BecomeUserAsync(ScenarioLine line)
    {
        if (!Environment.IsPrivilegedProcess)
            throw new ScenarioSkippedException("needs root, to run as another user");
        await RunToolAsync("chown", "-hR", $"{line.Argument}:{line.Argument}", _work);
        _user = uint.Parse(line.Argument, CultureInfo.InvariantCulture);
    }

    private static void RequirePlatform(ScenarioLine line)
    {
        if (line.Argument is not ("linux" or "windows"))
            throw new ScenarioFailedException("a platform is linux or windows");
    }

    private static async Task NeedAsync(ScenarioLine line)
    {
        bool there = line.Argument switch
        {
            "root" => Environment.IsPrivilegedProcess,
            "namespaces" => await RunToolAsync("unshare", "--mount", "--net", "true") == 0,
            string command => await RunToolAsync("which", command) == 0,
        };
        if (!there)
            throw new ScenarioSkippedException($"needs {line.Argument}");
    }

    private static async Task<int> RunToolAsync(params string[] words)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = SystemPath.AsInstalled };
        using var tool = ChildProcess.Start(new Launch(words, environment, "/", [], false, "", null));
        return (await tool.WaitAsync(DefaultLimit))?.ExitCode ?? -1;
    }

    private void Remember(Outcome outcome)
    {
        _stderr.Append(Encoding.UTF8.GetString(outcome.StderrBytes));
        if (TrySecret(outcome.Stdout, "Secret") is { Length: > 0 } token)
            _secrets.Add(token);
    }
}
