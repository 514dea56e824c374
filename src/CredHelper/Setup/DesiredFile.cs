using CredHelper.Editing;
using CredHelper.GitLabRunner;

namespace CredHelper.Setup;

/// <summary>A value that setup wants at a path of a file; a null value means that the path must not exist.</summary>
/// <param name="Why">The reason shown in the prompt for removing or replacing a value.</param>
/// <param name="Registry">The registry that the value serves, so that <c>--undo --registry</c> finds it; null if it
/// serves all.</param>
internal sealed record DesiredValue(string[] Path, string? Value, string? Why = null, string? Registry = null);

/// <summary>How a file is parsed for editing.</summary>
/// <param name="Parse">Parses the content of the file at a path.</param>
/// <param name="Mask">Hides what a diff must not show.</param>
internal sealed record FileFormat(Func<string, byte[], IEditableText> Parse, Func<string, MaskedText> Mask)
{
    /// <summary>A docker configuration, or podman's auth.json.</summary>
    public static FileFormat Json { get; } = new(JsonEdit.Parse, Masking.DockerConfig);

    /// <summary>The registry configuration.</summary>
    public static FileFormat Registries { get; } = new(IniEdit.Parse, Masking.RegistryConfiguration);

    /// <summary>The AWS configuration.</summary>
    public static FileFormat Aws { get; } = new(IniEdit.Parse, Masking.AwsConfig);

    /// <summary>A TOML file in which only keys before the first table matter.</summary>
    public static FileFormat Toml { get; } = new(TomlKeyEdit.Parse, Masking.PodmanHelpers);

    /// <summary>A config.toml of GitLab Runner.</summary>
    public static FileFormat RunnerConfig { get; } = new(RunnerConfigEdit.Parse, Masking.RunnerConfig);
}

/// <summary>The values that setup wants in one file.</summary>
/// <param name="Values">Returns the desired values for the current content; it has no side effects.</param>
internal sealed record DesiredFile(
    string Path,
    FileFormat Format,
    Func<IEditableText, IReadOnlyList<DesiredValue>> Values
)
{
    /// <summary>Throws if the programs that read the file would not accept the new text.</summary>
    public Action<byte[]>? Check { get; init; }
}
