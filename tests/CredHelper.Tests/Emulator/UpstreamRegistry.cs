using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace CredHelper.Tests.Emulator;

/// <summary>Debian's docker-registry on a free port, with its storage in a temporary directory.</summary>
internal sealed class UpstreamRegistry : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private UpstreamRegistry(Process process, DirectoryInfo folder, Uri url) =>
        (_process, _folder, Url) = (process, folder, url);

    public Uri Url { get; }

    /// <summary>Starts a registry, or skips the test if it is not installed.</summary>
    public static async Task<UpstreamRegistry> StartAsync()
    {
        string? program = Programs.Find("docker-registry");
        Assert.SkipWhen(program is null, "docker-registry is not in PATH");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("registry-");
        int port = FreePort();
        string configuration = Path.Combine(folder.FullName, "config.yml");
        await File.WriteAllTextAsync(
            configuration,
            $$"""
            version: 0.1
            log: { level: error, accesslog: { disabled: true } }
            storage:
              filesystem: { rootdirectory: {{folder.FullName}}/data }
              delete: { enabled: true }
            http: { addr: "127.0.0.1:{{port}}" }
            """
        );
        ProcessStartInfo start = new(program!, ["serve", configuration])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OTEL_TRACES_EXPORTER"] = "none";
        Process process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await AnswersAsync(port);
        return new UpstreamRegistry(process, folder, new Uri($"http://127.0.0.1:{port}"));
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task AnswersAsync(int port)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                using TcpClient client = new();
                await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
                return;
            }
            catch (SocketException) when (attempt < 200)
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }
    }
}
