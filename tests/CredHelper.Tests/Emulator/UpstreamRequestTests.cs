using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using CredHelper.Emulator;

namespace CredHelper.Tests.Emulator;

/// <summary>Tests that accepted pushes and pulls reach a real registry through the emulator.</summary>
public sealed class UpstreamRequestTests : IAsyncLifetime
{
    private const string Host = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";

    private UpstreamRegistry _upstream = null!;
    private EmulatorServer _emulator = null!;
    private HttpClient _client = null!;
    private AuthenticationHeaderValue _login = null!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await UpstreamRegistry.StartAsync();
        _emulator = await EmulatorServer.StartAsync(
            new EmulatorOptions
            {
                HttpsPort = 0,
                DnsNames = [Host],
                RegistryUpstream = _upstream.Url,
            }
        );
        _client = TestTls.Client(_emulator);
        _login = new AuthenticationHeaderValue(
            "Basic",
            (await IssuedToken.AskAsync(SignedCall.Ecr(_emulator.HttpUrl))).BasicParameter
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (_upstream is null)
            return;
        _client.Dispose();
        await _emulator.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task ReachesTheUpstreamWithEveryMethod()
    {
        byte[] blob = RandomNumberGenerator.GetBytes(3_000_000);
        string digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(blob));

        using HttpResponseMessage started = await SendAsync(HttpMethod.Post, "/v2/app/blobs/uploads/");
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        Uri location = started.Headers.Location!;
        Assert.Equal(
            ("https", Host, new Uri(_emulator.HttpsUrl).Port),
            (location.Scheme, location.Host, location.Port)
        );

        using HttpResponseMessage patched = await SendAsync(HttpMethod.Patch, location.PathAndQuery, blob);
        Assert.Equal(HttpStatusCode.Accepted, patched.StatusCode);
        using HttpResponseMessage put = await SendAsync(
            HttpMethod.Put,
            patched.Headers.Location!.PathAndQuery + "&digest=" + Uri.EscapeDataString(digest)
        );
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);

        using HttpResponseMessage head = await SendAsync(HttpMethod.Head, "/v2/app/blobs/" + digest);
        Assert.Equal((HttpStatusCode.OK, (long?)blob.Length), (head.StatusCode, head.Content.Headers.ContentLength));
        using HttpResponseMessage got = await SendAsync(HttpMethod.Get, "/v2/app/blobs/" + digest);
        Assert.Equal(blob, await got.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        using HttpResponseMessage deleted = await SendAsync(HttpMethod.Delete, "/v2/app/blobs/" + digest);
        Assert.Equal(HttpStatusCode.Accepted, deleted.StatusCode);
        using HttpResponseMessage gone = await SendAsync(HttpMethod.Get, "/v2/app/blobs/" + digest);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task IsAnsweredWithAnErrorWhenTheUpstreamIsGone()
    {
        await using EmulatorServer orphan = await EmulatorServer.StartAsync(
            new EmulatorOptions { RegistryUpstream = new Uri("http://127.0.0.1:1") },
            TestContext.Current.CancellationToken
        );
        IssuedToken token = await IssuedToken.AskAsync(SignedCall.Ecr(orphan.HttpUrl));
        using HttpRequestMessage request = new(HttpMethod.Get, orphan.HttpUrl + "/v2/");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", token.BasicParameter);
        using HttpResponseMessage response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, byte[]? body = null)
    {
        UriBuilder url = new(_emulator.HttpsUrl) { Host = Host };
        using HttpRequestMessage request = new(method, new Uri(url.Uri, path));
        request.Headers.Authorization = _login;
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body)
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") },
            };
        }

        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
