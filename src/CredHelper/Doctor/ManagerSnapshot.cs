using System.Text;
using System.Text.Json;
using CredHelper.Diagnostics;
using CredHelper.Errors;

namespace CredHelper.Doctor;

/// <summary>A runner of config.toml, reduced to what doctor needs.</summary>
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

    /// <summary>The CI/CD variable DOCKER_AUTH_CONFIG as its jobs receive it; null if none was given.</summary>
    public string? JobConfig { get; init; }

    /// <summary>Whether its executor pulls images.</summary>
    public bool PullsImages { get; init; }

    /// <summary>Names used in DOCKER_AUTH_CONFIG that its <c>environment</c> does not set.</summary>
    public IReadOnlyList<string> UnknownVariables { get; init; } = [];

    /// <summary>Settings that docker:dind with TLS needs and config.toml does not have.</summary>
    public IReadOnlyList<string> MissingForDind { get; init; } = [];

    /// <summary>Name, executor and ID, for messages.</summary>
    public string Title
    {
        get
        {
            string executor = ForeignText.Clean(Executor.Length > 0 ? Executor : "no executor");
            bool isNamedById = Id is null || Name.EndsWith($"#{Id}", StringComparison.Ordinal);
            return $"{ForeignText.Clean(Name)} ({executor}{(isNamedById ? "" : $", id {Id}")})";
        }
    }

    /// <summary>Omits the variable, which may contain credentials.</summary>
    public override string ToString() => Name;
}

/// <summary>A remark about a line of config.toml, and how to fix it.</summary>
internal sealed record ConfigRemark(string Text, string Remedy);

/// <summary>
/// What root or the caller found out about the runner, passed to the process that checks as the runner manager. It is
/// sent through standard input, because it may contain credentials and a job token.
/// </summary>
internal sealed record ManagerSnapshot
{
    /// <summary>
    /// The prefixes of the members for a job's credentials: for the registry and for the dependency proxy.
    /// </summary>
    private static readonly string[] TokensOf = ["job", "proxy"];

    /// <summary>Describes the user of the manager and where its environment comes from.</summary>
    public required string Manager { get; init; }

    public required string Home { get; init; }

    public required string HomeOrigin { get; init; }

    public string? ConfigPath { get; init; }

    /// <summary>Why GitLab Runner refuses config.toml, or why it could not be read; otherwise empty.</summary>
    public IReadOnlyList<ConfigRemark> ConfigProblems { get; init; } = [];

    /// <summary>Keys of config.toml that GitLab Runner ignores.</summary>
    public IReadOnlyList<ConfigRemark> ConfigWarnings { get; init; } = [];

    public string? NeverRead { get; init; }

    public bool IsInContainer { get; init; }

    /// <summary>
    /// Variables about AWS, proxies and certificates that are set in the caller's shell but not for the manager.
    /// </summary>
    public IReadOnlyList<string> MissingVariables { get; init; } = [];

    /// <summary>Files of EnvironmentFile= that do not exist.</summary>
    public IReadOnlyList<string> MissingFiles { get; init; } = [];

    public IReadOnlyList<RunnerSummary> Runners { get; init; } = [];

    /// <summary>
    /// The text of a CI/CD variable DOCKER_AUTH_CONFIG, which overrides that of every runner, even if it is empty; null
    /// if none was given.
    /// </summary>
    public string? CiVariable { get; init; }

    /// <summary>Names used in it that neither a runner nor the caller's job sets.</summary>
    public IReadOnlyList<string> UnknownInCiVariable { get; init; } = [];

    /// <summary>The credentials of a job; empty without <c>--job-token</c>.</summary>
    public IReadOnlyList<JobToken> JobTokens { get; init; } = [];

    /// <summary>The user who called doctor.</summary>
    public required Caller Caller { get; init; }

    /// <summary>The file that sets each variable of the manager: a unit, a drop-in or an environment file.</summary>
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

    /// <summary>Null if the member is missing or null.</summary>
    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static IReadOnlyList<string> Texts(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement values)
            ? [.. values.EnumerateArray().Select(value => value.GetString()!)]
            : [];
}

/// <summary>The credentials of a job for GitLab's registry.</summary>
/// <param name="SecretVariable">The variable that contains the token.</param>
internal sealed record JobToken(string Registry, string Username, string Secret, string SecretVariable)
{
    public override string ToString() => $"{Username} at {Registry}";
}
