using System.Text;
using System.Text.Json;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.PullResolution;
using CredHelper.Registry;
using CredHelper.Systemd;

namespace CredHelper.Doctor.Checks;

/// <summary>
/// Shows the proxy and certificates of the docker daemon, which pulls the layers with its own settings, so that a
/// failure of the daemon is not mistaken for one of the credential helper.
/// </summary>
internal sealed class DaemonCheck : ICheck
{
    public IEnumerable<Finding> Run(CheckContext context)
    {
        if (!OperatingSystem.IsLinux() || context.Client.Kind == ClientKind.Podman)
            yield break;
        var facts = new List<string>();
        if (SystemdUnit.Find("/", "docker.service") is { } unit)
        {
            foreach (
                string name in new[]
                {
                    "HTTPS_PROXY",
                    "HTTP_PROXY",
                    "NO_PROXY",
                    "https_proxy",
                    "http_proxy",
                    "no_proxy",
                }
            )
            {
                if (unit.Environment.TryGetValue(name, out (string Value, string Origin) set))
                    facts.Add($"{name}={WithoutLogin(set.Value)} in {set.Origin}");
            }
        }
        facts.AddRange(DaemonFile());
        foreach (EcrRegistry registry in context.Registries)
        {
            if (Directory.Exists($"/etc/docker/certs.d/{registry.Host}"))
                facts.Add($"certificates in /etc/docker/certs.d/{registry.Host}");
        }
        yield return Finding.Ok(
            "ECR509",
            "the docker daemon uses its own settings: "
                + $"{(facts.Count == 0 ? "no proxy, the system's certificates" : string.Join("; ", facts))}"
        );
    }

    private static IEnumerable<string> DaemonFile()
    {
        const string FilePath = "/etc/docker/daemon.json";
        if (RegularFile.Read(FilePath, 1024 * 1024, out byte[] content) != FileRead.Ok)
            yield break;
        var found = new List<string>();
        try
        {
            using JsonDocument document = JsonDocument.Parse(Encoding.UTF8.GetString(content));
            if (
                document.RootElement.TryGetProperty("proxies", out JsonElement proxies)
                && proxies.ValueKind == JsonValueKind.Object
            )
            {
                found.AddRange(
                    proxies
                        .EnumerateObject()
                        .Select(proxy => $"{proxy.Name}={WithoutLogin(proxy.Value.ToString())} in {FilePath}")
                );
            }

            if (document.RootElement.TryGetProperty("registry-mirrors", out JsonElement mirrors))
                found.Add($"registry-mirrors in {FilePath}: {mirrors.GetArrayLength()}");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            found.Add($"{FilePath} is not valid JSON");
        }
        foreach (string fact in found)
            yield return fact;
    }

    private static string WithoutLogin(string url)
    {
        int at = url.LastIndexOf('@'),
            scheme = url.IndexOf("://", StringComparison.Ordinal);
        return ForeignText.Clean(at < 0 ? url : $"{(scheme < 0 ? "" : url[..(scheme + 3)])}***{url[at..]}");
    }
}
