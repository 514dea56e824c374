using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CredHelper.Errors;
using CredHelper.Network.Tls;

namespace CredHelper.Tests.Network.Tls;

/// <summary>A server on loopback and a bundle in a folder; the name of each test says what it changes.</summary>
public abstract class ServerCertificateTest : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    internal X509Certificate2 Root { get; } = Authority.Root("Test Root CA 1");

    internal string Bundle(params X509Certificate2[] roots) => _folder.Write("bundle.pem", Authority.Pem(roots));

    internal string BundleText(string text) => _folder.Write("bundle.pem", text);

    internal static async Task<string> AcceptedAsync(LoopbackServer server, string bundle) =>
        await Client.GetAsync(server.Url, Client.Environment(("AWS_CA_BUNDLE", bundle)));

    internal static async Task<HelperException> RefusedAsync(LoopbackServer server, string bundle, Uri? url = null)
    {
        HelperException failure = await Client.FailAsync(
            url ?? server.Url,
            Client.Environment(("AWS_CA_BUNDLE", bundle))
        );
        Assert.Equal(FailureKind.Tls, failure.Kind);
        Assert.Empty(server.Requests);
        Assert.DoesNotContain('\n', failure.Message);
        return failure;
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        _folder.Dispose();
        Root.Dispose();
    }
}
