using CredHelper.Errors;
using CredHelper.Network.Proxy;
using CredHelper.Platform;

namespace CredHelper.Tests.Network.Proxy;

/// <summary>Requests to a host that is only reachable through a proxy on loopback.</summary>
public sealed class EnvironmentProxyTests
{
    private static readonly Uri Https = new("https://api.ecr.test/");
    private static readonly Uri Http = new("http://api.ecr.test/");

    [Fact]
    public async Task GetsTheRequestOfItsScheme()
    {
        await using var proxy = LoopbackServer.Plain(LoopbackServer.Ok);
        await using var other = LoopbackServer.Plain(LoopbackServer.Ok);
        var environment = Client.Environment(
            ("HTTP_PROXY", $"http://127.0.0.1:{proxy.Port}"),
            ("HTTPS_PROXY", $"http://127.0.0.1:{other.Port}")
        );

        Assert.Equal("200 {}", await Client.GetAsync(Http, environment));

        Assert.StartsWith(
            "GET http://api.ecr.test/ HTTP/1.1\r\n",
            Assert.Single(proxy.Requests),
            StringComparison.Ordinal
        );
        Assert.Empty(other.Requests);
    }

    [Theory]
    [InlineData("https_proxy")]
    [InlineData("HTTPS_PROXY")]
    [InlineData("ALL_PROXY")]
    [InlineData("all_proxy")]
    public async Task TunnelsTls(string variable)
    {
        using var root = Authority.Root("Test Root CA 1");
        using var folder = new TemporaryFolder();
        await using var server = LoopbackServer.Tls(root.Issue(new("leaf") { Hosts = ["api.ecr.test"] }));
        await using var proxy = LoopbackServer.Plain((_, client) => LoopbackServer.TunnelAsync(client, server.Port));
        var environment = Client.Environment(
            (variable, $"127.0.0.1:{proxy.Port}"),
            ("AWS_CA_BUNDLE", folder.Write("ca.pem", Authority.Pem(root)))
        );

        Assert.Equal("200 {}", await Client.GetAsync(Https, environment));

        Assert.StartsWith(
            "CONNECT api.ecr.test:443 HTTP/1.1\r\n",
            Assert.Single(proxy.Requests),
            StringComparison.Ordinal
        );
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("http://me:hunter2@")]
    [InlineData("http://me:hunter2@proxy:99999")]
    [InlineData("ftp://me:hunter2@proxy:21")]
    [InlineData("http://me:hunter2@pro xy")]
    [InlineData("me:hunter2@:80")]
    public async Task ThatMakesNoSenseIsAFailureWithoutItsPassword(string value)
    {
        HelperException failure = await Client.FailAsync(Https, Client.Environment(("HTTPS_PROXY", value)));
        Assert.Equal(FailureKind.Proxy, failure.Kind);
        Assert.Contains("HTTPS_PROXY", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", failure.ToString() + failure.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ThatMakesNoSenseDoesNotMatterToOtherRequests()
    {
        await using var server = LoopbackServer.Plain(LoopbackServer.Ok);
        Assert.Equal("200 {}", await Client.GetAsync(server.Url, Client.Environment(("HTTP_PROXY", "ftp://x"))));
    }
}

public sealed class ProxiedRequestTests
{
    [Theory]
    [InlineData("https://api.ecr.us-east-1.amazonaws.com/", "*")]
    [InlineData("https://api.ecr.us-east-1.amazonaws.com/", "amazonaws.com")]
    [InlineData("https://api.ecr.us-east-1.amazonaws.com/", ".amazonaws.com")]
    [InlineData("https://api.ecr.us-east-1.amazonaws.com/", "*.amazonaws.com")]
    [InlineData("https://API.ecr.us-east-1.AMAZONAWS.com/", "example.com, api.ECR.us-east-1.amazonaws.com")]
    [InlineData("https://amazonaws.com/", "a,,amazonaws.com ")]
    [InlineData("https://amazonaws.com./", "amazonaws.com")]
    [InlineData("https://amazonaws.com:8443/", "amazonaws.com:8443")]
    [InlineData("https://10.1.2.3/", "10.0.0.0/8")]
    [InlineData("https://10.1.2.3/", "10.1.2.9/24")]
    [InlineData("https://10.1.2.3/", "10.1.2.3")]
    [InlineData("https://10.1.2.3:99/", "10.1.2.3:99")]
    [InlineData("https://[fd12::1]/", "fd12::/16")]
    [InlineData("https://[fd12::1]/", "[fd12::1]")]
    [InlineData("https://[fd12::1]:99/", "[fd12::1]:99")]
    [InlineData("https://localhost:5000/", "")]
    [InlineData("https://127.0.0.9/", "")]
    [InlineData("https://[::1]/", "")]
    [InlineData("http://169.254.169.254/", "")]
    [InlineData("http://169.254.170.2/", "")]
    [InlineData("http://[fd00:ec2::254]/", "")]
    [InlineData("http://[::ffff:169.254.169.254]/", "")]
    public void IsNoneFor(string url, string exceptions) => Assert.Null(Find(url, exceptions));

    [Theory]
    [InlineData("https://api.ecr.us-east-1.amazonaws.com/", "")]
    [InlineData("https://notamazonaws.com/", "amazonaws.com")]
    [InlineData("https://amazonaws.com.evil.test/", "amazonaws.com")]
    [InlineData("https://amazonaws.com/", "amazonaws.com:8443")]
    [InlineData("https://10.1.2.3/", "10.1.3.0/24")]
    [InlineData("https://10.1.2.3/", "1.2.3")]
    [InlineData("https://10.1.2.3/", "10.0.0.0/33,10.0.0.0/x,/,:,[,.")]
    [InlineData("https://[fd01:ec2::254]/", "")]
    [InlineData("https://169.253.1.1/", "")]
    public void IsTheConfiguredOneFor(string url, string exceptions) =>
        Assert.Equal("http://proxy:3128/", Find(url, exceptions)?.Address.ToString());

    [Theory]
    [InlineData("proxy", "http://proxy/")]
    [InlineData("proxy:3128", "http://proxy:3128/")]
    [InlineData(" https://proxy ", "https://proxy/")]
    [InlineData("HTTP://proxy:3128/path?x", "http://proxy:3128/")]
    [InlineData("socks5h://proxy", "socks5://proxy:1080/")]
    [InlineData("http://[::1]:3128", "http://[::1]:3128/")]
    public void HasTheAddress(string value, string address) =>
        Assert.Equal(address, ProxyAddress.Parse("HTTPS_PROXY", value).Address.ToString());

    [Fact]
    public void IsTakenFromTheLowerCaseVariableFirst() =>
        Assert.Equal(
            "http_proxy",
            new EnvironmentProxy(Client.Environment(("HTTP_PROXY", "a"), ("http_proxy", "b")))
                .For(new Uri("http://x.test/"))
                ?.Setting
        );

    [Fact]
    public void IsNamedByTheFileItIsSetIn()
    {
        var environment = Client
            .Environment(("ALL_PROXY", "a"))
            .WithDefaults(
                new Dictionary<string, string> { ["HTTPS_PROXY"] = "http://user:password@proxy:3128" },
                new Dictionary<string, string> { ["HTTPS_PROXY"] = "https_proxy in /etc/ecr-login/config:2" }
            );
        Assert.Equal(
            "proxy:3128 (https_proxy in /etc/ecr-login/config:2)",
            new EnvironmentProxy(environment).For(new Uri("https://x.test/"))?.ToString()
        );
    }

    private static ProxyAddress? Find(string url, string exceptions) =>
        new EnvironmentProxy(
            Client.Environment(
                ("https_proxy", "http://proxy:3128"),
                ("http_proxy", "http://proxy:3128"),
                ("NO_PROXY", exceptions)
            )
        ).For(new Uri(url));
}
