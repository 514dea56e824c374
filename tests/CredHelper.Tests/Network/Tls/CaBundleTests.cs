using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using CredHelper.Errors;
using CredHelper.Network.Tls;
using CredHelper.Platform;

namespace CredHelper.Tests.Network.Tls;

public sealed class CaBundleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly X509Certificate2 _root = Authority.Root("Test Root CA 1");

    [Fact]
    public void OfTheVariableOutranksTheProfiles()
    {
        CaBundle bundle = CaBundle.Find(
            Client.Environment(("AWS_CA_BUNDLE", "/a.pem"), ("SSL_CERT_FILE", "/c.pem")),
            "/b.pem"
        )!;
        Assert.Equal("AWS_CA_BUNDLE=/a.pem", bundle.Name);
    }

    [Fact]
    public void OfTheProfileOutranksTheSystems()
    {
        CaBundle bundle = CaBundle.Find(Client.Environment(("SSL_CERT_FILE", "/c.pem")), "/b.pem")!;
        Assert.Equal("ca_bundle=/b.pem", bundle.Name);
    }

    [Fact]
    public void ThatIsMissingIsAConfigurationFailure() =>
        Fails(Path.Combine(_folder.Path, "none.pem"), "does not exist");

    [Fact]
    public void WithoutACertificateIsAConfigurationFailure() =>
        Fails(_folder.Write("empty.pem", "# nothing\n"), "contains no certificate");

    [Fact]
    public void WithNothingButUnreadableBlocksIsAConfigurationFailure() =>
        Fails(
            _folder.Write("bad.pem", "-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----\n"),
            "contains no readable certificate"
        );

    [Fact]
    public void ThatIsAFifoIsRefusedAtOnce()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("FIFOs are made with mkfifo");
        string fifo = Path.Combine(_folder.Path, "fifo");
        using (Process mkfifo = Process.Start("/usr/bin/mkfifo", [fifo]))
            mkfifo.WaitForExit();
        Fails(fifo, "is not a regular file");
    }

    [Fact]
    public void ThatIsADeviceIsRefused()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("needs /dev/zero");
        Fails("/dev/zero", "is not a regular file");
    }

    [Fact]
    public void MayBeADirectory()
    {
        _folder.Write("root.pem", Authority.Pem(_root));
        CaBundle bundle = CaBundle.Find(Client.Environment(("AWS_CA_BUNDLE", _folder.Path)), null)!;
        Assert.Equal(_root.Thumbprint, Assert.Single(bundle.AllRoots()).Thumbprint);
    }

    [Fact]
    public async Task ThatIsMissingEndsTheRequestWithItsName()
    {
        await using var server = LoopbackServer.Tls(_root.Issue(new("leaf")));
        HelperException failure = await Client.FailAsync(
            server.Url,
            Client.Environment(("AWS_CA_BUNDLE", "/nonexistent/ca.pem"))
        );
        Assert.Equal(FailureKind.Configuration, failure.Kind);
        Assert.Contains(
            "/nonexistent/ca.pem (AWS_CA_BUNDLE) does not exist",
            failure.Message,
            StringComparison.Ordinal
        );
    }

    private static void Fails(string path, string reason)
    {
        foreach (string variable in (string[])["AWS_CA_BUNDLE", "SSL_CERT_FILE"])
        {
            CaBundle bundle =
                variable == "SSL_CERT_FILE"
                    ? CaBundle.OfSystem(Client.Environment((variable, path)), [], [])
                    : CaBundle.Find(Client.Environment((variable, path)), null)!;
            var failure = Assert.Throws<HelperException>(bundle.AllRoots);
            Assert.Equal(FailureKind.Configuration, failure.Kind);
            Assert.Contains(path, failure.Message, StringComparison.Ordinal);
            Assert.Contains(variable, failure.Message, StringComparison.Ordinal);
            Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
            Assert.Contains(variable, failure.Hint, StringComparison.Ordinal);
        }
    }

    public void Dispose()
    {
        _folder.Dispose();
        _root.Dispose();
    }
}

public sealed class CaBundleSystemTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly X509Certificate2 _first = Authority.Root("First Root");
    private readonly X509Certificate2 _second = Authority.Root("Second Root");

    [Fact]
    public void IsTheFirstFileThatIsThere()
    {
        string first = _folder.Write("a.pem", Authority.Pem(_first)),
            second = _folder.Write("b.pem", Authority.Pem(_second));
        Assert.Equal([_first.Thumbprint], Roots(Client.Environment(), ["/nonexistent.pem", first, second], []));
    }

    [Fact]
    public void HasTheDirectoriesToo()
    {
        string first = _folder.Write("a.pem", Authority.Pem(_first));
        Assert.Equal(
            [_first.Thumbprint, _second.Thumbprint],
            Roots(Client.Environment(), [first], [Filled("certs", _first, _second)])
        );
    }

    [Fact]
    public void OfSslCertFileTakesThePlaceOfTheFilesAndLeavesTheDirectories()
    {
        string first = _folder.Write("a.pem", Authority.Pem(_first)),
            named = _folder.Write("b.pem", Authority.Pem(_second));
        Assert.Equal([_second.Thumbprint], Roots(Client.Environment(("SSL_CERT_FILE", named)), [first], []));
    }

    [Fact]
    public void OfSslCertDirIsAListOfDirectories()
    {
        string both = $"{Filled("one", _first)}:/nonexistent:{Filled("two", _second)}";
        Assert.Equal(
            [_first.Thumbprint, _second.Thumbprint],
            Roots(Client.Environment(("SSL_CERT_DIR", both)), [], ["/never"])
        );
    }

    [Fact]
    public void OfAnEmptySslCertDirIsNamedInTheFailure()
    {
        var failure = Assert.Throws<HelperException>(() =>
            Roots(Client.Environment(("SSL_CERT_DIR", "/nonexistent")), [], [])
        );
        Assert.Equal(FailureKind.Configuration, failure.Kind);
        Assert.Contains("/nonexistent (SSL_CERT_DIR)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ThatIsNowhereHasAHint()
    {
        var failure = Assert.Throws<HelperException>(() =>
            Roots(Client.Environment(), ["/nonexistent"], ["/nonexistent"])
        );
        Assert.Equal(FailureKind.Tls, failure.Kind);
        Assert.Contains("ca-certificates", failure.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithTheRootInADirectoryAloneIsSearchedWhole()
    {
        await using var server = LoopbackServer.Tls(_second.Issue(new("leaf")));
        var environment = Client.Environment(
            ("SSL_CERT_FILE", _folder.Write("a.pem", Authority.Pem(_first))),
            ("SSL_CERT_DIR", Filled("certs", _second))
        );
        if (!OperatingSystem.IsLinux())
            Assert.Skip("SSL_CERT_DIR is for Linux");
        Assert.Equal("200 {}", await Client.GetAsync(server.Url, environment));
    }

    private string Filled(string name, params X509Certificate2[] roots)
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, name));
        for (int i = 0; i < roots.Length; i++)
            _folder.Write($"{name}/{i}.pem", Authority.Pem(roots[i]));
        // Such directories contain hash links, an empty file and a dangling link.
        File.CreateSymbolicLink(Path.Combine(_folder.Path, name, "9846683b.0"), "0.pem");
        File.CreateSymbolicLink(Path.Combine(_folder.Path, name, "dead.0"), "gone.pem");
        _folder.Write($"{name}/README", "");
        return Path.Combine(_folder.Path, name);
    }

    private static string[] Roots(EnvironmentSnapshot environment, string[] files, string[] directories) =>
        [.. CaBundle.OfSystem(environment, files, directories).AllRoots().Select(root => root.Thumbprint)];

    public void Dispose()
    {
        _folder.Dispose();
        _first.Dispose();
        _second.Dispose();
    }
}
