using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CredHelper.Errors;
using CredHelper.Network.Tls;

namespace CredHelper.Tests.Network.Tls;

public sealed class ServerTrustRefusalTests : ServerCertificateTest
{
    [Fact]
    public async Task OfAnUnknownAuthorityIsRefused()
    {
        await using var server = LoopbackServer.Tls(Authority.Root("Foreign Root").Issue(new("leaf")));
        HelperException failure = await RefusedAsync(server, Bundle(Root));
        Assert.Contains(
            "\"Foreign Root\" does not lead to an authority in AWS_CA_BUNDLE=",
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
            "\"Test M01\" does not lead to an authority",
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

    /// <summary>Tested without a handshake, because current servers refuse to send such a certificate.</summary>
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
