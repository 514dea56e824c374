using CredHelper.Editing;
using CredHelper.GitLabRunner;

namespace CredHelper.Setup;

/// <summary>A value that setup wants at a path of a file; null: that nothing should stand there.</summary>
/// <param name="Why">For the person who is asked whether something may go or be replaced.</param>
/// <param name="Registry">The registry it serves, so that <c>--undo --registry</c> finds it; null for what serves
/// all.</param>
internal sealed record DesiredValue(string[] Path, string? Value, string? Why = null, string? Registry = null);

/// <summary>How a file is read for editing.</summary>
/// <param name="Parse">The text of a path and its content.</param>
/// <param name="Mask">A text with what a diff may show of it.</param>
internal sealed record FileFormat(Func<string, byte[], IEditableText> Parse, Func<string, MaskedText> Mask)
{
    /// <summary>A docker config, or an auth.json of podman.</summary>
    public static FileFormat Json { get; } = new(JsonEdit.Parse, Masking.DockerConfig);

    /// <summary>The registry configuration.</summary>
    public static FileFormat Registries { get; } = new(IniEdit.Parse, Masking.RegistryConfiguration);

    /// <summary>The AWS configuration.</summary>
    public static FileFormat Aws { get; } = new(IniEdit.Parse, Masking.AwsConfig);

    /// <summary>A TOML file of which only keys before the first table matter.</summary>
    public static FileFormat Toml { get; } = new(TomlKeyEdit.Parse, Masking.PodmanHelpers);

    /// <summary>A config.toml of GitLab Runner.</summary>
    public static FileFormat RunnerConfig { get; } = new(RunnerConfigEdit.Parse, Masking.RunnerConfig);
}

/// <summary>What setup wants of one file.</summary>
/// <param name="Values">The desired values, given what the file holds; a function without side effects.</param>
internal sealed record DesiredFile(
    string Path,
    FileFormat Format,
    Func<IEditableText, IReadOnlyList<DesiredValue>> Values
)
{
    /// <summary>Throws if those who read the file would not understand the new text.</summary>
    public Action<byte[]>? Check { get; init; }
}
