using System.Text;
using System.Text.Json;

namespace CredHelper.Scenarios;

/// <summary>The files and helpers of a configuration that a real client resolved.</summary>
internal static class VectorHome
{
    private static readonly Lazy<string> Helpers = new(PrepareHelpers);

    /// <summary>Writes them below a home directory, and returns the environment of the client.</summary>
    public static Dictionary<string, string> Install(JsonElement vector, string home)
    {
        Directory.CreateDirectory(Path.Combine(home, "xdg"));
        foreach (JsonProperty file in vector.GetProperty("files").EnumerateObject())
        {
            Write(
                Path.Combine(home, file.Name.Replace("$XDG_RUNTIME_DIR", "xdg", StringComparison.Ordinal)),
                file.Value.GetString()!,
                ReadWrite
            );
        }

        if (vector.TryGetProperty("configJsonIsDirectory", out JsonElement isDirectory) && isDirectory.GetBoolean())
            Directory.CreateDirectory(Path.Combine(home, ".docker", "config.json"));
        foreach (JsonProperty helper in vector.GetProperty("helpers").EnumerateObject())
            Write(Path.Combine(home, "answers", helper.Name), AnswersOf(helper.Value), ReadWrite);
        var environment = new Dictionary<string, string>
        {
            ["HOME"] = home,
            ["PATH"] = $"{Helpers.Value}:/usr/bin:/bin",
            ["XDG_RUNTIME_DIR"] = Path.Combine(home, "xdg"),
            ["AWS_EC2_METADATA_DISABLED"] = "true",
        };
        if (vector.TryGetProperty("environmentVariable", out JsonElement variable) && variable.GetString() is { } text)
            environment["DOCKER_AUTH_CONFIG"] = text;
        return environment;
    }

    /// <summary>
    /// The fake helpers, created only once: if each test wrote and started its own, the file could still be open for
    /// writing in a process that another test has just forked.
    /// </summary>
    private static string PrepareHelpers()
    {
        string directory = Directory.CreateTempSubdirectory("credhelper-fakes-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(directory, recursive: true);
        foreach (string name in new[] { "fh-a", "fh-b", "fh-c", "fh-d" })
        {
            Write(
                Path.Combine(directory, $"docker-credential-{name}"),
                $"""
                #!/bin/sh
                input=$(cat; printf .)
                [ -f "$HOME/answers/{name}" ] && . "$HOME/answers/{name}"
                echo credentials not found in native keychain; exit 1

                """,
                Executable
            );
        }

        WriteUnusableHelpers(directory);
        return directory;
    }

    private static string AnswersOf(JsonElement helper)
    {
        var script = new StringBuilder("case \"$1 $input\" in\n");
        if (helper.TryGetProperty("get", out JsonElement keys))
        {
            foreach (JsonProperty key in keys.EnumerateObject())
                script.Append($"{Quoted($"get {key.Name}.")}) {Answer(key.Value)};;\n");
        }
        if (helper.TryGetProperty("list", out JsonElement list))
            script.Append($"list*) {Answer(list)};;\n");
        return script.Append("esac\n").ToString();
    }

    private static string Answer(JsonElement answer)
    {
        string end =
            answer[0].ValueKind == JsonValueKind.Number
                ? $"exit {answer[0].GetInt32()}"
                : $"kill -{answer[0].GetString()![3..]} $$";
        return $"printf %s {Quoted(answer[1].GetString()!)} >&2; printf %s {Quoted(answer[2].GetString()!)}; {end}";
    }

    private static void WriteUnusableHelpers(string directory)
    {
        string PathOf(string name) => Path.Combine(directory, $"docker-credential-{name}");
        const string Login = "echo '{\"ServerURL\":\"x\",\"Username\":\"u\",\"Secret\":\"s\"}'\n";
        Write(PathOf("fh-noexec"), "#!/bin/sh\n" + Login, UnixFileMode.UserRead);
        Write(PathOf("fh-badfmt"), "(((\u0001\n", Executable);
        Write(PathOf("fh-badinterp"), "#!/nonexistent/sh\n", Executable);
        Write(PathOf("fh-noshebang"), Login, Executable);
        Write(PathOf("fh-empty"), "", Executable);
        Directory.CreateDirectory(PathOf("fh-dir"));
        File.CreateSymbolicLink(PathOf("fh-dangling"), "/nonexistent");
    }

    private const UnixFileMode ReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Executable = ReadWrite | UnixFileMode.UserExecute;

    private static void Write(string path, string text, UnixFileMode mode)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, mode);
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
