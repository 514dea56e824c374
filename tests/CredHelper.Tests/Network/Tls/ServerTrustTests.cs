using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CredHelper.Errors;
using CredHelper.Network.Tls;

namespace CredHelper.Tests.Network.Tls;

public sealed class ServerTrustTests : ServerCertificateTest
{
    [Fact]
    public async Task IsAccepted()
    {
        await using var server = LoopbackServer.Tls(Root.Issue(new("leaf")));
        Assert.Equal("200 {}", await AcceptedAsync(server, Bundle(Authority.Root("Other Root"), Root)));
    }

    [Fact]
    public async Task IsAcceptedUnderAnIntermediateAuthority()
    {
        X509Certificate2 intermediate = Root.Issue(new("Test M01") { IsAuthority = true });
        await using var server = LoopbackServer.Tls(intermediate.Issue(new("leaf")), intermediate);
        Assert.Equal("200 {}", await AcceptedAsync(server, Bundle(Root)));
    }

    [Fact]
    public async Task IsAcceptedForAnAddress()
    {
        await using var server = LoopbackServer.Tls(Root.Issue(new("leaf") { Hosts = ["127.0.0.1"] }));
        var url = new Uri($"https://127.0.0.1:{server.Port}/");
        Assert.Equal("200 {}", await Client.GetAsync(url, Client.Environment(("AWS_CA_BUNDLE", Bundle(Root)))));
    }

    [Fact]
    public async Task WithoutAnyExtendedKeyUsageIsAccepted()
    {
        await using var server = LoopbackServer.Tls(Root.Issue(new("leaf") { Usage = null }));
        Assert.Equal("200 {}", await AcceptedAsync(server, Bundle(Root)));
    }

    [Fact]
    public async Task ThatIsSelfSignedAndInTheBundleIsAccepted()
    {
        X509Certificate2 own = Authority.SelfSigned(new("leaf"));
        await using var server = LoopbackServer.Tls(own);
        Assert.Equal("200 {}", await AcceptedAsync(server, Bundle(own)));
    }

    [Fact]
    public async Task IsAcceptedByTheWholeBundleOfTheSystemToo()
    {
        string[] system =
        [
            "/etc/ssl/certs/ca-certificates.crt",
            "/etc/pki/tls/certs/ca-bundle.crt",
            "/etc/ssl/cert.pem",
        ];
        if (system.FirstOrDefault(File.Exists) is not { } file)
        {
            Assert.Skip("no CA bundle on this machine");
            return;
        }

        await using var server = LoopbackServer.Tls(Root.Issue(new("leaf")));
        Assert.Equal(
            "200 {}",
            await AcceptedAsync(
                server,
                BundleText(
                    await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken) + Authority.Pem(Root)
                )
            )
        );
    }
}

/// <summary>A bundle may contain the certificate that a company distributes, which is not always the root.</summary>
public sealed class ServerTrustBundleTests : ServerCertificateTest
{
    [Fact]
    public async Task TrustsTheIntermediateInIt()
    {
        X509Certificate2 intermediate = Root.Issue(new("Test M01") { IsAuthority = true });
        await using var server = LoopbackServer.Tls(intermediate.Issue(new("leaf")), intermediate);
        Assert.Equal("200 {}", await AcceptedAsync(server, Bundle(intermediate)));
    }

    [Fact]
    public async Task TrustsTheServersOwnCertificateInIt()
    {
        X509Certificate2 leaf = Root.Issue(new("leaf"));
        await using var server = LoopbackServer.Tls(leaf);
        Assert.Equal("200 {}", await AcceptedAsync(server, Bundle(leaf)));
    }

    [Fact]
    public async Task TrustsNoNamesakeOfWhatIsInIt()
    {
        X509Certificate2 intermediate = Root.Issue(new("Test M01") { IsAuthority = true });
        X509Certificate2 forged = Authority.Root("Evil").Issue(new("Test M01") { IsAuthority = true });
        await using var server = LoopbackServer.Tls(forged.Issue(new("leaf")), forged);
        await RefusedAsync(server, Bundle(intermediate));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TrustsNothingThatOnlyNamesAnIssuerInIt(bool sendsIssuer)
    {
        X509Certificate2 intermediate = Root.Issue(new("Test M01") { IsAuthority = true });
        X509Certificate2 forged = Authority.Root("Test M01");
        await using var server = LoopbackServer.Tls(forged.Issue(new("leaf")), sendsIssuer ? [intermediate] : []);
        Assert.Contains(
            "signature",
            (await RefusedAsync(server, Bundle(intermediate))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task TrustsNoOtherCertificateOfAServerInIt()
    {
        X509Certificate2 leaf = Root.Issue(new("leaf"));
        await using var server = LoopbackServer.Tls(leaf.Issue(new("leaf 2")), leaf);
        await RefusedAsync(server, Bundle(leaf));
    }

    [Theory]
    [InlineData(-3, -2, "1.3.6.1.5.5.7.3.1")]
    [InlineData(-3, 1, "1.3.6.1.5.5.7.3.2")]
    public async Task StillWantsAServersCertificateInItsTime(int from, int until, string usage)
    {
        X509Certificate2 intermediate = Root.Issue(new("Test M01") { IsAuthority = true });
        await using var server = LoopbackServer.Tls(
            intermediate.Issue(
                new("leaf")
                {
                    From = DateTimeOffset.UtcNow.AddDays(from),
                    Until = DateTimeOffset.UtcNow.AddDays(until),
                    Usage = usage,
                }
            ),
            intermediate
        );
        await RefusedAsync(server, Bundle(intermediate));
    }
}

public sealed class ServerTrustCrossSignedTests : ServerCertificateTest
{
    private readonly X509Certificate2 _newRoot = Authority.Root("Test Root CA 2");

    [Fact]
    public async Task IsAcceptedByTheOldRoot()
    {
        await using var server = LoopbackServer.Tls(_newRoot.Issue(new("leaf")), Root.CrossSign(_newRoot));
        Assert.Equal("200 {}", await AcceptedAsync(server, Bundle(Root)));
    }

    [Fact]
    public async Task IsAcceptedByTheNewRoot()
    {
        await using var server = LoopbackServer.Tls(_newRoot.Issue(new("leaf")), Root.CrossSign(_newRoot));
        Assert.Equal("200 {}", await AcceptedAsync(server, Bundle(_newRoot)));
    }

    [Fact]
    public async Task IsAcceptedByTheNewRootWhereTheOldOneHasExpired()
    {
        X509Certificate2 expired = Authority.SelfSigned(
            new("Old Root")
            {
                IsAuthority = true,
                From = DateTimeOffset.UtcNow.AddDays(-9),
                Until = DateTimeOffset.UtcNow.AddDays(-2),
            }
        );
        await using var server = LoopbackServer.Tls(_newRoot.Issue(new("leaf")), expired.CrossSign(_newRoot));
        Assert.Equal("200 {}", await AcceptedAsync(server, Bundle(expired, _newRoot)));
    }

    [Fact]
    public async Task OfTheSameNameIsToldApartByItsKey()
    {
        X509Certificate2 namesake = Authority.Root("Test Root CA 1");
        await using var server = LoopbackServer.Tls(Root.Issue(new("leaf")));
        Assert.Equal("200 {}", await AcceptedAsync(server, Bundle(namesake, Root)));
    }

    protected override void Dispose(bool disposing)
    {
        _newRoot.Dispose();
        base.Dispose(disposing);
    }
}
