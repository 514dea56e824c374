using CredHelper.DockerConfig;

namespace CredHelper.PullResolution;

/// <summary>A docker configuration by where it stands, a path or a variable, and what it says.</summary>
internal sealed record ConfigSource(string Name, DockerConfigFile Config)
{
    /// <summary>The variable by which GitLab Runner and docker get a configuration without a file.</summary>
    public const string Variable = "DOCKER_AUTH_CONFIG";

    /// <summary>Whose variable it is, if several runners have one each.</summary>
    public string? Owner { get; init; }

    /// <summary>For messages.</summary>
    public string Title => Owner is null ? Name : $"{Name} of {Owner}";

    /// <summary>It may hold logins.</summary>
    public override string ToString() => Name;
}
