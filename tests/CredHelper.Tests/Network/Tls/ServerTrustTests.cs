using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CredHelper.Errors;
using CredHelper.Network.Tls;

namespace CredHelper.Tests.Network.Tls;

/// <summary>A server on loopback, a bundle in a folder: what each test changes is what its name says.</summary>
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

public sealed class SoundServerCertificate : ServerCertificateTest
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

/// <summary>A bundle may hold what a company hands out, which is not always the root.</summary>
public sealed class BundleWithoutTheRoot : ServerCertificateTest
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

public sealed class CrossSignedRoot : ServerCertificateTest
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

public sealed class UnsoundServerCertificate : ServerCertificateTest
{
    [Fact]
    public async Task OfAnUnknownAuthorityIsRefused()
    {
        await using var server = LoopbackServer.Tls(Authority.Root("Foreign Root").Issue(new("leaf")));
        HelperException failure = await RefusedAsync(server, Bundle(Root));
        Assert.Contains(
            "\"Foreign Root\" leads to no authority in AWS_CA_BUNDLE=",
            failure.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("AWS_CA_BUNDLE", failure.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OfARootsNamesakeIsRefused()
    {
        await using var server = LoopbackServer.Tls(Authority.Root("Test Root CA 1").Issue(new("leaf")));
        await RefusedAsync(server, Bundle(Root));
    }

    [Fact]
    public async Task WithItsOwnForeignRootSentAlongIsRefused()
    {
        X509Certificate2 foreign = Authority.Root("Foreign Root");
        await using var server = LoopbackServer.Tls(foreign.Issue(new("leaf")), foreign);
        await RefusedAsync(server, Bundle(Root));
    }

    [Fact]
    public async Task ForAnotherNameIsRefused()
    {
        await using var server = LoopbackServer.Tls(
            Root.Issue(new("leaf") { Hosts = ["api.example.com", "192.0.2.1"] })
        );
        HelperException failure = await RefusedAsync(server, Bundle(Root));
        Assert.Contains(
            "the certificate of localhost is not trusted: it is for api.example.com, 192.0.2.1",
            failure.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task WithTheHostAsCommonNameAloneIsRefused()
    {
        await using var server = LoopbackServer.Tls(Root.Issue(new("localhost") { Hosts = ["api.example.com"] }));
        await RefusedAsync(server, Bundle(Root));
    }

    [Fact]
    public async Task ThatExpiredIsRefused()
    {
        await using var server = LoopbackServer.Tls(
            Root.Issue(
                new("leaf") { From = DateTimeOffset.UtcNow.AddDays(-3), Until = DateTimeOffset.UtcNow.AddDays(-2) }
            )
        );
        HelperException failure = await RefusedAsync(server, Bundle(Root));
        Assert.Contains("it expired", failure.Message, StringComparison.Ordinal);
        Assert.Contains("clock", failure.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ThatIsNotYetValidIsRefused()
    {
        await using var server = LoopbackServer.Tls(
            Root.Issue(new("leaf") { From = DateTimeOffset.UtcNow.AddHours(2) })
        );
        HelperException failure = await RefusedAsync(server, Bundle(Root));
        Assert.Contains("it is not valid before", failure.Message, StringComparison.Ordinal);
        Assert.Contains("clock", failure.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnderAnExpiredIntermediateIsRefused()
    {
        X509Certificate2 intermediate = Root.Issue(
            new("Test M01")
            {
                IsAuthority = true,
                From = DateTimeOffset.UtcNow.AddDays(-3),
                Until = DateTimeOffset.UtcNow.AddDays(-2),
            }
        );
        await using var server = LoopbackServer.Tls(
            intermediate.Issue(new("leaf") { From = DateTimeOffset.UtcNow.AddDays(-3) }),
            intermediate
        );
        Assert.Contains(
            "\"Test M01\" in its chain expired",
            (await RefusedAsync(server, Bundle(Root))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task ThatIsSelfSignedIsRefused()
    {
        await using var server = LoopbackServer.Tls(Authority.SelfSigned(new("leaf")));
        Assert.Contains(
            "it is self-signed and not in",
            (await RefusedAsync(server, Bundle(Root))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task WithoutItsIntermediateIsRefused()
    {
        X509Certificate2 intermediate = Root.Issue(new("Test M01") { IsAuthority = true });
        await using var server = LoopbackServer.Tls(intermediate.Issue(new("leaf")));
        Assert.Contains(
            "\"Test M01\" leads to no authority",
            (await RefusedAsync(server, Bundle(Root))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task ThatIsNoServersIsRefused()
    {
        await using var server = LoopbackServer.Tls(Root.Issue(new("leaf") { Usage = "1.3.6.1.5.5.7.3.2" }));
        Assert.Contains(
            "it is not a server certificate",
            (await RefusedAsync(server, Bundle(Root))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task IssuedByALeafIsRefused()
    {
        X509Certificate2 leaf = Root.Issue(new("Customer"));
        await using var server = LoopbackServer.Tls(leaf.Issue(new("leaf")), leaf);
        await RefusedAsync(server, Bundle(Root));
    }

    [Fact]
    public async Task OutsideTheNameConstraintsOfItsAuthorityIsRefused()
    {
        X509Certificate2 intermediate = Root.Issue(
            new("Example M01") { IsAuthority = true, PermittedDomain = "example.com" }
        );
        await using var server = LoopbackServer.Tls(intermediate.Issue(new("leaf")), intermediate);
        Assert.Contains(
            "name constraints of \"Example M01\"",
            (await RefusedAsync(server, Bundle(Root))).Message,
            StringComparison.Ordinal
        );
    }

    /// <summary>Without a handshake: today's servers refuse to send such a certificate.</summary>
    [Theory]
    [InlineData("SHA1", true)]
    [InlineData("SHA256", false)]
    public void SignedWithSha1IsBroken(string hash, bool broken)
    {
        using X509Certificate2 leaf = Root.Issue(new("leaf") { Hash = new HashAlgorithmName(hash) });
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(Root);
        Assert.True(chain.Build(leaf));
        Assert.Equal(broken, SignatureStrength.IsBroken(chain));
    }

    [Fact]
    public async Task CannotPutControlCharactersIntoTheMessage()
    {
        await using var server = LoopbackServer.Tls(Authority.Root("Evil\u001b[31m\nRoot\u202e").Issue(new("leaf")));
        HelperException failure = await RefusedAsync(server, Bundle(Root));
        Assert.DoesNotContain(failure.Message, char.IsControl);
        Assert.DoesNotContain('\u202e', failure.Message);
    }
}

/// <summary>The four faults of a lazy look-up that were found on the way here.</summary>
public sealed class RootThatIsLookedUpByName : ServerCertificateTest
{
    [Fact]
    public async Task IsFoundWhereItsNameIsEncodedOtherwise()
    {
        X509Certificate2 printable = Authority.SelfSigned(
            new("Printable Root") { IsAuthority = true, Encoding = UniversalTagNumber.PrintableString }
        );
        await using var server = LoopbackServer.Tls(
            printable.Issue(new("leaf") { IssuerEncoding = UniversalTagNumber.UTF8String })
        );
        Assert.Equal("200 {}", await AcceptedAsync(server, Bundle(printable)));
    }

    [Fact]
    public async Task IsFoundBehindAnUnreadableBlock()
    {
        string damaged =
            "-----BEGIN CERTIFICATE-----\nMIIBnot!base64\n-----END CERTIFICATE-----\n"
            + "-----BEGIN CERTIFICATE-----\n"
            + Convert.ToBase64String(new byte[300])
            + "\n-----END CERTIFICATE-----\n"
            + "-----BEGIN CERTIFICATE-----\nMIIBAAAA\n";
        await using var server = LoopbackServer.Tls(Root.Issue(new("leaf")));
        Assert.Equal("200 {}", await AcceptedAsync(server, BundleText(damaged + Authority.Pem(Root))));
    }

    [Theory]
    [InlineData("TRUSTED CERTIFICATE")]
    [InlineData("X509 CERTIFICATE")]
    [InlineData("PKCS7")]
    public async Task IsNotTakenFromABlockWithAnotherLabel(string label)
    {
        string other = Authority.Pem(Root).Replace("CERTIFICATE-----", label + "-----", StringComparison.Ordinal);
        await using var server = LoopbackServer.Tls(Root.Issue(new("leaf")));
        await RefusedAsync(server, BundleText(other + Authority.Pem(Authority.Root("Other Root"))));
    }

    [Fact]
    public async Task IsNeverFetchedFromAnAddressInTheCertificate()
    {
        string store = Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
            ".dotnet/corefx/cryptography/x509stores/ca"
        );
        string[] before = Directory.Exists(store) ? Directory.GetFiles(store) : [];
        X509Certificate2 intermediate = Root.Issue(new("Test M01") { IsAuthority = true });
        await using var issuer = LoopbackServer.Plain((_, stream) => stream.WriteAsync(intermediate.RawData).AsTask());
        await using var server = LoopbackServer.Tls(
            intermediate.Issue(new("leaf") { IssuerUrl = $"http://127.0.0.1:{issuer.Port}/m01.cer" })
        );

        await RefusedAsync(server, Bundle(Root));

        Assert.Equal(0, issuer.Connections);
        Assert.Equal(before, Directory.Exists(store) ? Directory.GetFiles(store) : []);
    }

    [Theory]
    [InlineData("\r\n", "")]
    [InlineData("\r\n", "\uFEFF")]
    [InlineData("\n", "\uFEFF")]
    [InlineData("\n", "# the company's root\nkey: -----BEGIN CERTIFICATE-----\n")]
    public async Task IsFoundWhateverLineEndsAndCommentsTheBundleHas(string lineEnd, string before)
    {
        await using var server = LoopbackServer.Tls(Root.Issue(new("leaf")));
        string bundle = before + Authority.Pem(Root).Replace("\n", lineEnd, StringComparison.Ordinal);
        Assert.Equal("200 {}", await AcceptedAsync(server, BundleText(bundle)));
    }

    [Fact]
    public async Task IsFoundWhereABundleHasOneLineOfBase64()
    {
        await using var server = LoopbackServer.Tls(Root.Issue(new("leaf")));
        string oneLine =
            $"-----BEGIN CERTIFICATE-----\n{Convert.ToBase64String(Root.RawData)}\n-----END CERTIFICATE-----";
        Assert.Equal("200 {}", await AcceptedAsync(server, BundleText(oneLine)));
    }
}
