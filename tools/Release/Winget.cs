using System.Text.Json;

namespace CredHelper.Release;

/// <summary>Writes the three manifests of a version for winget, on Windows.</summary>
internal static class Winget
{
    private const string Schema = "1.6.0";
    private const string Locale = "en-US";

    /// <summary>The manifests by file name.</summary>
    public static IEnumerable<(string FileName, string Text)> Write(Source source, Project project, Download download)
    {
        var identifier = Identifier(project);
        string Manifest(string type, string content) =>
            $"""
                # yaml-language-server: $schema=https://aka.ms/winget-manifest.{type}.{Schema}.schema.json
                PackageIdentifier: {Quote(identifier)}
                PackageVersion: {Quote(source.Version)}
                {content}
                ManifestType: {type}
                ManifestVersion: {Schema}

                """.ReplaceLineEndings("\n");
        return
        [
            ($"{identifier}.yaml", Manifest("version", $"DefaultLocale: {Locale}")),
            ($"{identifier}.installer.yaml", Manifest("installer", Installer(project, download))),
            ($"{identifier}.locale.{Locale}.yaml", Manifest("defaultLocale", Description(project))),
        ];
    }

    /// <summary>
    /// PUBLISHER.PACKAGE; winget allows 32 characters for each part; only letters and digits are used.
    /// </summary>
    public static string Identifier(Project project)
    {
        var publisher = string.Concat(project.MaintainerName.Where(char.IsLetterOrDigit).Take(32));
        return publisher.Length > 0
            ? $"{publisher}.{Installed.Name}"
            : throw new ReleaseException($"MaintainerName has no letter or digit: {project.MaintainerName}");
    }

    private static string Installer(Project project, Download download) =>
        $"""
            InstallerType: zip
            NestedInstallerType: portable
            NestedInstallerFiles:
              - RelativeFilePath: {Quote($@"{download.Folder}\{download.Target.FileName}")}
                PortableCommandAlias: {Installed.Name}
            Installers:
              - Architecture: x64
                InstallerUrl: {Quote($"{project.DownloadUrl}/{download.FileName}")}
                InstallerSha256: {download.Hash.ToUpperInvariant()}
            """;

    private static string Description(Project project) =>
        $"""
            PackageLocale: {Locale}
            Publisher: {Quote(project.MaintainerName)}
            PackageName: {Installed.Name}
            PackageUrl: {Quote(project.Url)}
            License: Apache-2.0
            ShortDescription: {Quote(Installed.Summary)}
            """;

    // A JSON string is also a valid YAML string.
    private static string Quote(string value) => JsonSerializer.Serialize(value);
}
