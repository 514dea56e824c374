using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using CredHelper.Aws.Config;
using CredHelper.Platform;

namespace CredHelper.Tests.Aws.Config;

/// <summary>
/// The files in the folder Corpus: NAME.config, optionally NAME.credentials, and NAME.json with the expected result. If
/// botocore accepts a file, NAME.json is botocore's own result; if not, it was written by hand.
/// </summary>
internal static class Corpus
{
    public static string Folder { get; } = Path.Combine(Path.GetDirectoryName(SourcePath())!, "Corpus");

    public static IReadOnlyList<string> Names { get; } =
    [
        .. Directory
            .GetFiles(Folder, "*.config")
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Order(StringComparer.Ordinal),
    ];

    public static string ReaderScript => Path.Combine(Path.GetDirectoryName(Folder)!, "botocore_reads.py");

    public static string ConfigPath(string name) => Path.Combine(Folder, $"{name}.config");

    public static JsonElement Expected(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, $"{name}.json")));
        return document.RootElement.Clone();
    }

    public static EnvironmentSnapshot Environment(string name) =>
        new(
            new Dictionary<string, string>
            {
                ["AWS_CONFIG_FILE"] = ConfigPath(name),
                ["AWS_SHARED_CREDENTIALS_FILE"] = Path.Combine(Folder, $"{name}.credentials"),
            }
        );

    /// <summary>Formats a JSON object of sections as lines, for comparison and messages.</summary>
    public static IEnumerable<string> Lines(JsonElement sections) =>
        sections
            .EnumerateObject()
            .SelectMany(section =>
                Lines(
                    section.Name,
                    section
                        .Value.EnumerateObject()
                        .Where(o => o.Value.ValueKind == JsonValueKind.String)
                        .Select(o => new KeyValuePair<string, string>(o.Name, o.Value.GetString()!)),
                    section
                        .Value.EnumerateObject()
                        .Where(o => o.Value.ValueKind == JsonValueKind.Object)
                        .Select(o =>
                            (
                                o.Name,
                                o.Value.EnumerateObject()
                                    .Select(inner => new KeyValuePair<string, string>(
                                        inner.Name,
                                        inner.Value.GetString()!
                                    ))
                            )
                        )
                )
            )
            .Order(StringComparer.Ordinal);

    public static IEnumerable<string> Lines(IEnumerable<ConfigSection> sections) =>
        sections.SelectMany(section => Lines(section.Name, section)).Order(StringComparer.Ordinal);

    public static IEnumerable<string> Lines(string name, ConfigSection section) =>
        Lines(name, section.Settings, section.Blocks.Select(block => (block.Key, block.Value.AsEnumerable())));

    public static IEnumerable<string> Lines(
        string name,
        IEnumerable<KeyValuePair<string, string>> settings,
        IEnumerable<(string Name, IEnumerable<KeyValuePair<string, string>> Settings)> blocks
    ) =>
        [
            $"[{name}]",
            .. settings.Select(setting => $"[{name}] {setting.Key} = {Escape(setting.Value)}"),
            .. blocks.Select(block => $"[{name}] {block.Name} is a block"),
            .. blocks.SelectMany(block =>
                block.Settings.Select(setting => $"[{name}] {block.Name} / {setting.Key} = {Escape(setting.Value)}")
            ),
        ];

    /// <summary>
    /// Runs a program without AWS variables; skips the test, with the reason, if it is not installed.
    /// </summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string program,
        IEnumerable<string> arguments,
        EnvironmentSnapshot? extra = null
    )
    {
        if (!File.Exists(program))
            Assert.Skip($"{program} is not installed");
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (
            string variable in start
                .Environment.Keys.Where(key => key.StartsWith("AWS_", StringComparison.Ordinal))
                .ToList()
        )
        {
            start.Environment.Remove(variable);
        }

        start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        start.Environment["PYTHONUTF8"] = "1";
        foreach ((string variable, string value) in extra?.Variables ?? new Dictionary<string, string>())
            start.Environment[variable] = value;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        string error = await errors;
        if (error.Contains("No module named 'botocore'", StringComparison.Ordinal))
            Assert.Skip("python3-botocore is not installed");
        return (process.ExitCode, output);
    }

    /// <summary>Returns botocore's result for each of the files of a folder.</summary>
    public static async Task<JsonElement> AskBotocoreAsync(string folder, params IEnumerable<string> names)
    {
        (int exitCode, string output) = await RunAsync("/usr/bin/python3", [ReaderScript, folder, .. names]);
        Assert.Equal(0, exitCode);
        using JsonDocument document = JsonDocument.Parse(output);
        return document.RootElement.Clone();
    }

    private static string Escape(string value) => JsonEncodedText.Encode(value).ToString();

    private static string SourcePath([CallerFilePath] string path = "") => path;
}
