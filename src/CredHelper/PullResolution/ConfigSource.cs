using CredHelper.DockerConfig;

namespace CredHelper.PullResolution;

/// <summary>A docker configuration by where it stands, a path or a variable, and what it says.</summary>
internal sealed record ConfigSource(string Name, DockerConfigFile Config)
{
    /// <summary>The variable by which GitLab Runner and docker get a configuration without a file.</summary>
    public const string Variable = "DOCKER_AUTH_CONFIG";

    /// <summary>It may hold logins.</summary>
    public override string ToString() => Name;
}
