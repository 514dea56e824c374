using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CredHelper.Errors;
using CredHelper.Network.Tls;

namespace CredHelper.Tests.Network.Tls;

/// <summary>Regression tests for four bugs of an earlier lazy lookup.</summary>
public sealed class ServerTrustLookupTests : ServerCertificateTest
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
    [InlineData("", "", true)]
    [InlineData("1.3.6.1.5.5.7.3.1", "", true)]
    [InlineData("2.5.29.37.0", "", true)]
    [InlineData("1.3.6.1.5.5.7.3.4", "", false)]
    [InlineData("", "1.3.6.1.5.5.7.3.1", false)]
    [InlineData("", "1.3.6.1.5.5.7.3.4", true)]
    public async Task IsFoundInATrustedCertificateForServers(string trusted, string rejected, bool isFound)
    {
        var settings = new AsnWriter(AsnEncodingRules.DER);
        using (settings.PushSequence())
        {
            Write(trusted, null);
            Write(rejected, new Asn1Tag(TagClass.ContextSpecific, 0));
        }
        byte[] der = [.. Root.RawData, .. settings.Encode()];
        string pem = PemEncoding.WriteString("TRUSTED CERTIFICATE", der) + "\n";
        await using var server = LoopbackServer.Tls(Root.Issue(new("leaf")));
        if (isFound)
            Assert.Equal("200 {}", await AcceptedAsync(server, BundleText(pem)));
        else
            await RefusedAsync(server, BundleText(pem + Authority.Pem(Authority.Root("Other Root"))));

        void Write(string usage, Asn1Tag? tag)
        {
            if (usage.Length == 0)
                return;
            using (settings.PushSequence(tag))
                settings.WriteObjectIdentifier(usage);
        }
    }

    [Theory]
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
