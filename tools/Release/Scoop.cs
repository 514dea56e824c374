using System.Text.Json.Nodes;

namespace CredHelper.Release;

/// <summary>Writes a manifest for Scoop, on Windows.</summary>
internal static class Scoop
{
    public const string FileName = $"{Installed.Name}.json";

    public static byte[] Write(Source source, Project project, Download download) =>
        Json.Write(
            new()
            {
                ["version"] = source.Version,
                ["description"] = Installed.Summary,
                ["homepage"] = project.Url,
                ["license"] = "Apache-2.0",
                ["architecture"] = new JsonObject
                {
                    ["64bit"] = new JsonObject
                    {
                        ["url"] = $"{project.DownloadUrl}/{download.FileName}",
                        ["hash"] = download.Hash,
                        ["extract_dir"] = download.Folder,
                    },
                },
                ["bin"] = new JsonArray(
                    download.Target.FileName,
                    new JsonArray(download.Target.FileName, Installed.ShortName)
                ),
            }
        );
}
