using CredHelper.DockerConfig;

namespace CredHelper.PullResolution;

/// <summary>The path or variable of a docker configuration, and its content.</summary>
internal sealed record ConfigSource(string Name, DockerConfigFile Config)
{
    /// <summary>The variable with which GitLab Runner and docker get a configuration without a file.</summary>
    public const string Variable = "DOCKER_AUTH_CONFIG";

    /// <summary>The runners that the variable belongs to, if there are several variables.</summary>
    public string? Owner { get; init; }

    /// <summary>The name for messages.</summary>
    public string Title => Owner is null ? Name : $"{Name} of {Owner}";

    /// <summary>Omits the content, which may contain credentials.</summary>
    public override string ToString() => Name;
}
