using System.Globalization;
using System.Text.RegularExpressions;

namespace CredHelper.Scenarios.Runner;

/// <summary>
/// Commands about files. For copying, linking and the like, use <c>exec cp</c>, <c>exec ln -s</c> and <c>exec
/// mkfifo</c>.
/// </summary>
internal sealed partial class ScenarioRun
{
    private readonly HashSet<string> _ownFiles = new(StringComparer.Ordinal);

    private Dictionary<string, Func<ScenarioLine, Task>> FileActions() =>
        new(StringComparer.Ordinal)
        {
            ["file"] = WriteFileAsync,
            ["wait-for"] = WaitForFileAsync,
            ["console"] = line =>
                File.WriteAllTextAsync(Path.Combine(_work, "console.sh"), ConsoleBlock.Find(line.Argument).ToScript()),
        };

    private Dictionary<string, Func<ScenarioLine, string?>> FileExpectations() =>
        new(StringComparer.Ordinal)
        {
            ["exists"] = line => Find(Expand(line.Argument)).Count > 0 ? null : "there is no such file",
            ["mode"] = ModeOf,
            ["files"] = CountFiles,
            ["grep"] = Grep,
            ["console-prints"] = line => ConsoleBlock.Find(line.Argument).Difference(_work, exitCode: 0),
            ["console-fails"] = line => ConsoleBlock.Find(line.Argument).Difference(_work, exitCode: 1),
        };

    /// <summary>
    /// file PATH [MODE] &lt;&lt;EOF: writes the body with expanded variables; missing directories are created.
    /// </summary>
    private async Task WriteFileAsync(ScenarioLine line)
    {
        IReadOnlyList<string> words = Split(line);
        string path = PathOf(words[0]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _ownFiles.Add(path);
        if (words.Count == 1)
        {
            await File.WriteAllTextAsync(path, ExpandContent(line.Body ?? ""));
            return;
        }

        // Written by another process: a child that is being forked may inherit our descriptor for a moment, and a
        // program that is open for writing cannot be run (ETXTBSY).
        string draft = path + ".draft";
        await File.WriteAllTextAsync(draft, ExpandContent(line.Body ?? ""));
        if (await RunToolAsync("install", "-m", words[1], draft, path) != 0)
            throw new ScenarioFailedException("install(1) failed");
        File.Delete(draft);
    }

    private async Task WaitForFileAsync(ScenarioLine line)
    {
        string pattern = Expand(line.Argument);
        using var deadline = new CancellationTokenSource(DefaultLimit);
        while (Find(pattern).Count == 0)
        {
            if (deadline.IsCancellationRequested)
                throw new ScenarioFailedException("it did not appear");
            await Task.Delay(10, CancellationToken.None);
        }
    }

    /// <summary>mode PATH MODE: sets the mode of every file that matches the path.</summary>
    private string? ModeOf(ScenarioLine line)
    {
        IReadOnlyList<string> words = Split(line);
        IReadOnlyList<string> found = Find(words[0]);
        return found.Count == 0
            ? "there is no such file"
            : found
                .Where(path => File.GetUnixFileMode(path) != ParseMode(words[1]))
                .Select(path => $"{path} has mode {Convert.ToString((int)File.GetUnixFileMode(path), 8)}")
                .FirstOrDefault();
    }

    /// <summary>files N PATTERN: the number of matching files.</summary>
    private string? CountFiles(ScenarioLine line)
    {
        IReadOnlyList<string> words = Split(line);
        IReadOnlyList<string> found = Find(words[1]);
        return found.Count == int.Parse(words[0], CultureInfo.InvariantCulture)
            ? null
            : $"there are {found.Count}: {string.Join(' ', found)}";
    }

    /// <summary>grep REGEX PATTERN: at least one of the files has a matching line.</summary>
    private string? Grep(ScenarioLine line)
    {
        IReadOnlyList<string> words = Split(line);
        return Find(words[1])
            .Any(path => IsRegular(path) && Regex.IsMatch(File.ReadAllText(path), words[0], RegexOptions.Multiline))
            ? null
            : "no line matches";
    }

    /// <summary>The existing paths, including dangling links; <c>*</c> matches names in the last part.</summary>
    private IReadOnlyList<string> Find(string pattern)
    {
        string path = PathOf(pattern);
        string folder = Path.GetDirectoryName(path)!;
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateFileSystemEntries(folder, Path.GetFileName(path)).Order(StringComparer.Ordinal)]
            : [];
    }

    private static bool IsRegular(string path)
    {
        var file = new FileInfo(path);
        // .NET reports FIFOs, sockets and devices as Normal on Unix, but reading them would block.
        return file.LinkTarget is null && file.Exists && file.Length > 0;
    }

    private static UnixFileMode ParseMode(string octal) => (UnixFileMode)Convert.ToInt32(octal, 8);
}
