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
/// What was found out about the node's kubelet, by whoever may read it, for the checks in a process of its user with
/// its environment.
/// </summary>
internal sealed record KubeletSnapshot
{
    public required NodePlatform Platform { get; init; }

    /// <summary>Null if nothing names any.</summary>
    public KubeletPaths? Paths { get; init; }

    /// <summary>Where the paths are from, or why there are none.</summary>
    public required string Origin { get; init; }

    /// <summary>The process that runs the kubelet, for people; null if none does.</summary>
    public string? Process { get; init; }

    /// <summary>In seconds of Unix time.</summary>
    public long? StartedAt { get; init; }

    /// <summary>Whether the kubelet gets the paths only if both are there when it starts.</summary>
    public bool IsConditional { get; init; }

    /// <summary>Who called doctor.</summary>
    public required Caller Caller { get; init; }

    /// <summary>What the kubelet decodes; null if there is nothing to decode.</summary>
    public ProviderConfig? Config { get; private set; }

    public ProviderRuns? Runs { get; private set; }

    /// <summary>The providers that are this program.</summary>
    public IReadOnlyCollection<string> Own { get; private set; } = [];

    public bool IsOurs(CredentialProvider provider) => Own.Contains(provider.Name);

    /// <summary>This program among the providers, for an image; null if another or none serves it.</summary>
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

    /// <summary>Reads the configuration, and finds out which providers are this program.</summary>
    public void ReadConfig(EnvironmentSnapshot environment)
    {
        if (Paths is not { } paths || !(File.Exists(paths.Config) || Directory.Exists(paths.Config)))
            return;
        Config = ProviderConfigReader.Read(paths.Config);
        Runs = new ProviderRuns(environment, paths.BinDirectory);
        Own = [.. Config.Providers.Where(one => IsOwnProgram(environment, one)).Select(one => one.Name)];
    }

    /// <summary>Under both names this program answers to that option before it reads a request.</summary>
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
