using System.Text;
using System.Text.Json;
using CredHelper.Diagnostics;
using CredHelper.Errors;

namespace CredHelper.Doctor;

/// <summary>A runner of config.toml, as far as doctor needs it.</summary>
internal sealed record RunnerSummary(
    string Name,
    string Executor,
    string? Image,
    string? HelperImage,
    IReadOnlyList<string> Services,
    bool IsPrivileged,
    string? AuthConfig
)
{
    public long? Id { get; init; }

    /// <summary>The CI/CD variable DOCKER_AUTH_CONFIG as its jobs get it; null if none was given.</summary>
    public string? JobConfig { get; init; }

    /// <summary>Whether its executor pulls images.</summary>
    public bool PullsImages { get; init; }

    /// <summary>Names in DOCKER_AUTH_CONFIG that its environment does not set.</summary>
    public IReadOnlyList<string> UnknownVariables { get; init; } = [];

    /// <summary>Settings that docker:dind with TLS needs and config.toml lacks.</summary>
    public IReadOnlyList<string> MissingForDind { get; init; } = [];

    /// <summary>For messages: name, executor and id.</summary>
    public string Title
    {
        get
        {
            string executor = ForeignText.Clean(Executor.Length > 0 ? Executor : "no executor");
            bool isNamedById = Id is null || Name.EndsWith($"#{Id}", StringComparison.Ordinal);
            return $"{ForeignText.Clean(Name)} ({executor}{(isNamedById ? "" : $", id {Id}")})";
        }
    }

    /// <summary>The variable may hold logins.</summary>
    public override string ToString() => Name;
}

/// <summary>Something about a line of config.toml, and what to do about it.</summary>
internal sealed record ConfigRemark(string Text, string Remedy);

/// <summary>
/// What root or the caller found out about the runner, handed to the process that looks through the manager's eyes. It
/// goes through standard input, because it may hold logins and a job's token.
/// </summary>
internal sealed record ManagerSnapshot
{
    /// <summary>How the names of a job's logins begin: of the registry, and of the dependency proxy.</summary>
    private static readonly string[] TokensOf = ["job", "proxy"];

    /// <summary>In words: who the manager is, where its home is, where its environment is from, and why.</summary>
    public required string Manager { get; init; }

    public required string Home { get; init; }

    public required string HomeOrigin { get; init; }

    public string? ConfigPath { get; init; }

    /// <summary>
    /// Why GitLab Runner refuses config.toml, or why it could not be read here; empty if neither is so.
    /// </summary>
    public IReadOnlyList<ConfigRemark> ConfigProblems { get; init; } = [];

    /// <summary>What GitLab Runner ignores in config.toml.</summary>
    public IReadOnlyList<ConfigRemark> ConfigWarnings { get; init; } = [];

    public string? NeverRead { get; init; }

    public bool IsInContainer { get; init; }

    /// <summary>
    /// Variables about AWS, proxies and certificates that the caller's shell has and the manager lacks.
    /// </summary>
    public IReadOnlyList<string> MissingVariables { get; init; } = [];

    /// <summary>Files of EnvironmentFile= that are not there.</summary>
    public IReadOnlyList<string> MissingFiles { get; init; } = [];

    public IReadOnlyList<RunnerSummary> Runners { get; init; } = [];

    /// <summary>
    /// The text of a CI/CD variable DOCKER_AUTH_CONFIG, which replaces that of every runner, even if it is empty; null
    /// if none was given.
    /// </summary>
    public string? CiVariable { get; init; }

    /// <summary>Names in it that neither a runner nor the caller's job sets.</summary>
    public IReadOnlyList<string> UnknownInCiVariable { get; init; } = [];

    /// <summary>What a job signs in with; empty without <c>--job-token</c>.</summary>
    public IReadOnlyList<JobToken> JobTokens { get; init; } = [];

    /// <summary>Who called doctor.</summary>
    public required Caller Caller { get; init; }

    /// <summary>Where the manager's variables are set: a unit, a drop-in or an environment file.</summary>
    public IReadOnlyDictionary<string, string> VariableOrigins { get; init; } = new Dictionary<string, string>();

    public override string ToString() => Manager;

    public string ToJson() => Encoding.UTF8.GetString(JsonOutput.Format(Write));

    public static ManagerSnapshot Parse(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        return new ManagerSnapshot
        {
            Manager = Text(root, "manager")!,
            Home = Text(root, "home")!,
            HomeOrigin = Text(root, "homeOrigin")!,
            ConfigPath = Text(root, "configPath"),
            ConfigProblems = Remarks(root, "configProblems"),
            ConfigWarnings = Remarks(root, "configWarnings"),
            NeverRead = Text(root, "neverRead"),
            IsInContainer = root.GetProperty("inContainer").GetBoolean(),
            MissingVariables = Texts(root, "missingVariables"),
            MissingFiles = Texts(root, "missingFiles"),
            CiVariable = Text(root, "ciVariable"),
            UnknownInCiVariable = Texts(root, "unknownInCiVariable"),
            JobTokens = [.. TokensOf.Select(token => JobTokenOf(root, token)).OfType<JobToken>()],
            Caller = root.TryGetProperty("caller", out JsonElement caller) ? Caller.Parse(caller) : Caller.Unknown,
            VariableOrigins = root.TryGetProperty("variableOrigins", out JsonElement origins)
                ? origins
                    .EnumerateObject()
                    .ToDictionary(origin => origin.Name, origin => origin.Value.GetString()!, StringComparer.Ordinal)
                : [],
            Runners =
            [
                .. root.GetProperty("runners")
                    .EnumerateArray()
                    .Select(runner => new RunnerSummary(
                        Text(runner, "name")!,
                        Text(runner, "executor")!,
                        Text(runner, "image"),
                        Text(runner, "helperImage"),
                        Texts(runner, "services"),
                        runner.GetProperty("privileged").GetBoolean(),
                        Text(runner, "authConfig")
                    )
                    {
                        Id = runner.GetProperty("id") is { ValueKind: JsonValueKind.Number } id ? id.GetInt64() : null,
                        JobConfig = Text(runner, "jobConfig"),
                        PullsImages = runner.GetProperty("pullsImages").GetBoolean(),
                        UnknownVariables = Texts(runner, "unknownVariables"),
                        MissingForDind = Texts(runner, "missingForDind"),
                    }),
            ],
        };
    }

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (
            (string name, string? value) in new[]
            {
                ("manager", Manager),
                ("home", Home),
                ("homeOrigin", HomeOrigin),
                ("configPath", ConfigPath),
                ("neverRead", NeverRead),
                ("ciVariable", CiVariable),
            }
        )
        {
            writer.WriteString(name, value);
        }

        writer.WriteBoolean("inContainer", IsInContainer);
        writer.WriteStrings("missingVariables", MissingVariables);
        writer.WriteStrings("unknownInCiVariable", UnknownInCiVariable);
        writer.WriteStrings("missingFiles", MissingFiles);
        foreach ((JobToken job, string name) in JobTokens.Zip(TokensOf))
        {
            writer.WriteString($"{name}Registry", job.Registry);
            writer.WriteString($"{name}User", job.Username);
            writer.WriteString($"{name}Token", job.Secret);
            writer.WriteString($"{name}Variable", job.SecretVariable);
        }
        writer.WritePropertyName("caller");
        Caller.Write(writer);
        writer.WriteStartObject("variableOrigins");
        foreach ((string name, string origin) in VariableOrigins)
            writer.WriteString(name, origin);
        writer.WriteEndObject();
        Write(writer, "configProblems", ConfigProblems);
        Write(writer, "configWarnings", ConfigWarnings);
        writer.WriteStartArray("runners");
        foreach (RunnerSummary runner in Runners)
        {
            writer.WriteStartObject();
            writer.WriteString("name", runner.Name);
            writer.WriteString("executor", runner.Executor);
            writer.WriteString("image", runner.Image);
            writer.WriteString("helperImage", runner.HelperImage);
            writer.WriteStrings("services", runner.Services);
            writer.WriteBoolean("privileged", runner.IsPrivileged);
            writer.WriteString("authConfig", runner.AuthConfig);
            writer.WriteString("jobConfig", runner.JobConfig);
            writer.WriteBoolean("pullsImages", runner.PullsImages);
            writer.WriteStrings("unknownVariables", runner.UnknownVariables);
            writer.WriteStrings("missingForDind", runner.MissingForDind);
            writer.WriteNumberOrNull("id", runner.Id);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, IReadOnlyList<ConfigRemark> remarks)
    {
        writer.WriteStartArray(name);
        foreach (ConfigRemark remark in remarks)
        {
            writer.WriteStartObject();
            writer.WriteString("text", remark.Text);
            writer.WriteString("remedy", remark.Remedy);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static IReadOnlyList<ConfigRemark> Remarks(JsonElement element, string name) =>
        [
            .. element
                .GetProperty(name)
                .EnumerateArray()
                .Select(remark => new ConfigRemark(Text(remark, "text")!, Text(remark, "remedy")!)),
        ];

    private static JobToken? JobTokenOf(JsonElement root, string name) =>
        Text(root, $"{name}Token") is { } token
            ? new JobToken(
                Text(root, $"{name}Registry")!,
                Text(root, $"{name}User")!,
                token,
                Text(root, $"{name}Variable") ?? ""
            )
            : null;

    /// <summary>Null and empty stand for what is left out.</summary>
    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static IReadOnlyList<string> Texts(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement values)
            ? [.. values.EnumerateArray().Select(value => value.GetString()!)]
            : [];
}

/// <summary>What a job signs in to GitLab's registry with.</summary>
/// <param name="SecretVariable">The variable that the token is from.</param>
internal sealed record JobToken(string Registry, string Username, string Secret, string SecretVariable)
{
    public override string ToString() => $"{Username} at {Registry}";
}
