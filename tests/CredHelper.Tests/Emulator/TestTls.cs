using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using CredHelper.Emulator;

namespace CredHelper.Tests.Emulator;

/// <summary>A client that trusts only the emulator's CA and connects to the emulator for every host name.</summary>
internal static class TestTls
{
    public static HttpClient Client(EmulatorServer emulator)
    {
        SocketsHttpHandler handler = new()
        {
            AllowAutoRedirect = false,
            ConnectCallback = async (context, cancellation) =>
            {
                Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellation);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        handler.SslOptions.CertificateChainPolicy = TrustIn(emulator);
        return new HttpClient(handler);
    }

    public static X509ChainPolicy TrustIn(EmulatorServer emulator) =>
        new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { X509Certificate2.CreateFromPem(emulator.CaPem) },
        };
}
