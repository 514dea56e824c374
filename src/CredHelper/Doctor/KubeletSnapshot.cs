using System.Text;
using System.Text.Json;
using CredHelper.CredentialProviders;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;
using CredHelper.PullResolution;

namespace CredHelper.Doctor;

/// <summary>
/// What root or the caller found out about the node's kubelet, passed to the process that checks as the kubelet's user
/// with its environment.
/// </summary>
internal sealed record KubeletSnapshot
{
    public required NodePlatform Platform { get; init; }

    /// <summary>Null if no credential providers are configured.</summary>
    public KubeletPaths? Paths { get; init; }

    /// <summary>Where the paths come from, or why there are none.</summary>
    public required string Origin { get; init; }

    /// <summary>The process of the kubelet, for messages; null if it is not running.</summary>
    public string? Process { get; init; }

    /// <summary>Unix time in seconds.</summary>
    public long? StartedAt { get; init; }

    /// <summary>Whether the kubelet gets the paths only if both exist when it starts.</summary>
    public bool IsConditional { get; init; }

    /// <summary>The user who called doctor.</summary>
    public required Caller Caller { get; init; }

    /// <summary>The configuration as the kubelet decodes it; null if there is none.</summary>
    public ProviderConfig? Config { get; private set; }

    public ProviderRuns? Runs { get; private set; }

    /// <summary>The providers that run this program.</summary>
    public IReadOnlyCollection<string> Own { get; private set; } = [];

    public bool IsOurs(CredentialProvider provider) => Own.Contains(provider.Name);

    /// <summary>The provider for an image, if it runs this program; otherwise null.</summary>
    public CredentialProvider? OwnProvider => Config?.Providers.FirstOrDefault(IsOurs);

    public IPullResolution? Resolution =>
        Config is { } config && Runs is { } runs ? new KubeletResolution(config, runs, IsOurs) : null;

    public static KubeletSnapshot Of(NodeKubelet node, Caller caller) =>
        new()
        {
            Platform = node.Platform,
            Paths = node.Paths,
            Origin = node.Origin,
            Process = node.Process?.ToString(),
            StartedAt = node.Process?.StartedAt,
            IsConditional = node.IsConditional,
            Caller = caller,
        };

    /// <summary>Reads the configuration and finds the providers that run this program.</summary>
    public void ReadConfig(EnvironmentSnapshot environment)
    {
        if (Paths is not { } paths || !(File.Exists(paths.Config) || Directory.Exists(paths.Config)))
            return;
        Config = ProviderConfigReader.Read(paths.Config);
        Runs = new ProviderRuns(environment, paths.BinDirectory);
        Own = [.. Config.Providers.Where(one => IsOwnProgram(environment, one)).Select(one => one.Name)];
    }

    /// <summary>This program answers the option under both of its names before it reads a request.</summary>
    private bool IsOwnProgram(EnvironmentSnapshot environment, CredentialProvider provider)
    {
        string path = Runs!.PathOf(provider);
        bool isCandidate = provider.Name is HelperName.Program or "ecr-credential-provider" && File.Exists(path);
        if (!isCandidate)
            return false;
        try
        {
            ChildResult result = ChildProcess.Run(environment, path, ["--version"], "", TimeSpan.FromSeconds(5));
            return result.Output.StartsWith(HelperName.Program + " ", StringComparison.Ordinal);
        }
        catch (HelperException)
        {
            return false;
        }
    }

    public string ToJson() => Encoding.UTF8.GetString(JsonOutput.Format(Write));

    public static KubeletSnapshot Parse(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        return new KubeletSnapshot
        {
            Platform = KubeletPaths.PlatformOf(root.GetProperty("platform").GetString()) ?? NodePlatform.Other,
            Paths = root.GetProperty("config").GetString() is { } config
                ? new KubeletPaths(config, root.GetProperty("binDirectory").GetString()!)
                : null,
            Origin = root.GetProperty("origin").GetString()!,
            Process = root.GetProperty("process").GetString(),
            StartedAt = root.GetProperty("startedAt") is { ValueKind: JsonValueKind.Number } at ? at.GetInt64() : null,
            IsConditional = root.GetProperty("conditional").GetBoolean(),
            Caller = Caller.Parse(root.GetProperty("caller")),
        };
    }

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("platform", KubeletPaths.NameOf(Platform));
        writer.WriteString("config", Paths?.Config);
        writer.WriteString("binDirectory", Paths?.BinDirectory);
        writer.WriteString("origin", Origin);
        writer.WriteString("process", Process);
        if (StartedAt is { } at)
            writer.WriteNumber("startedAt", at);
        else
            writer.WriteNull("startedAt");
        writer.WriteBoolean("conditional", IsConditional);
        writer.WritePropertyName("caller");
        Caller.Write(writer);
        writer.WriteEndObject();
    }
}
