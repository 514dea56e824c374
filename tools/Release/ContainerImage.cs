using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CredHelper.Release;

/// <summary>
/// The static programs as one multi-platform image in an OCI layout. It is the same image as that of
/// tools/Docker/Dockerfile, but its digest is known when the release is made.
/// </summary>
/// <param name="Archive">The layout as a tar file.</param>
/// <param name="Digest">The digest of the image, as in NAME@DIGEST.</param>
internal sealed record ContainerImage(byte[] Archive, string Digest)
{
    private const string MediaType = "application/vnd.oci.image.";

    public static ContainerImage Write(Source source, Project? project, IEnumerable<Built> programs)
    {
        var blobs = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        var labels = Labels(source, project);
        var manifests = programs.Select(program => Manifest(blobs, program, source, labels)).ToArray<JsonNode>();
        var index = Descriptor(
            blobs,
            "index.v1+json",
            new JsonObject
            {
                ["schemaVersion"] = 2,
                ["mediaType"] = MediaType + "index.v1+json",
                ["manifests"] = new JsonArray(manifests),
                ["annotations"] = labels.DeepClone(),
            }
        );
        var digest = index["digest"]!.GetValue<string>();
        index["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = source.Version };
        if (project is not null)
        {
            // The name under which containerd and docker import it.
            index["annotations"]!["io.containerd.image.name"] = $"{project.ContainerImage}:{source.Version}";
        }
        var files = blobs
            .Select(blob => new Entry($"blobs/sha256/{blob.Key}", blob.Value))
            .Append(new("index.json", Bytes(new() { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(index) })))
            .Append(new("oci-layout", Bytes(new() { ["imageLayoutVersion"] = "1.0.0" })));
        return new(Release.Archive.Tar(files, source.Time), digest);
    }

    private static JsonObject Manifest(
        SortedDictionary<string, byte[]> blobs,
        Built program,
        Source source,
        JsonObject labels
    )
    {
        var architecture = Deb.Architecture(program.Target);
        var layer = Release.Archive.Tar([new(Installed.Name, program.Content, IsExecutable: true)], source.Time);
        var configuration = new JsonObject
        {
            ["created"] = Time(source),
            ["architecture"] = architecture,
            ["os"] = "linux",
            ["config"] = new JsonObject
            {
                ["Entrypoint"] = new JsonArray($"/{Installed.Name}"),
                ["Labels"] = labels.DeepClone(),
            },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray($"sha256:{Hash(layer)}") },
            ["history"] = new JsonArray(new JsonObject { ["created"] = Time(source), ["created_by"] = Installed.Name }),
        };
        var manifest = Descriptor(
            blobs,
            "manifest.v1+json",
            new JsonObject
            {
                ["schemaVersion"] = 2,
                ["mediaType"] = MediaType + "manifest.v1+json",
                ["config"] = Descriptor(blobs, "config.v1+json", configuration),
                ["layers"] = new JsonArray(Descriptor(blobs, "layer.v1.tar+gzip", Release.Archive.Gzip(layer))),
            }
        );
        manifest["platform"] = new JsonObject { ["architecture"] = architecture, ["os"] = "linux" };
        return manifest;
    }

    private static JsonObject Labels(Source source, Project? project)
    {
        var labels = new JsonObject
        {
            ["org.opencontainers.image.title"] = Installed.Name,
            ["org.opencontainers.image.description"] = Installed.Summary,
            ["org.opencontainers.image.licenses"] = "Apache-2.0",
            ["org.opencontainers.image.version"] = source.Version,
            ["org.opencontainers.image.revision"] = source.Commit,
            ["org.opencontainers.image.created"] = Time(source),
        };
        if (project is not null)
        {
            labels["org.opencontainers.image.source"] = project.Url;
        }
        return labels;
    }

    private static string Time(Source source) =>
        source.Time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static JsonObject Descriptor(SortedDictionary<string, byte[]> blobs, string type, JsonObject content) =>
        Descriptor(blobs, type, Bytes(content));

    private static JsonObject Descriptor(SortedDictionary<string, byte[]> blobs, string type, byte[] content)
    {
        var hash = Hash(content);
        blobs[hash] = content;
        return new()
        {
            ["mediaType"] = MediaType + type,
            ["digest"] = $"sha256:{hash}",
            ["size"] = content.Length,
        };
    }

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static byte[] Bytes(JsonObject content) => JsonSerializer.SerializeToUtf8Bytes(content);
}
