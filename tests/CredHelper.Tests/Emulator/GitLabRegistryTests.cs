using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CredHelper.Emulator;

namespace CredHelper.Tests.Emulator;

/// <summary>Tests the virtual host that behaves like a GitLab container registry.</summary>
public sealed class GitLabRegistryTests : IAsyncLifetime
{
    private const string Host = "registry.gitlab.example";

    private EmulatorServer _emulator = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await EmulatorServer.StartAsync(
            new EmulatorOptions
            {
                HttpPort = null,
                HttpsPort = 0,
                DnsNames = [Host],
                GitLabRegistries = [GitLabRegistry.Parse(Host + "=gitlab-ci-token:glcbt-64_a:b=c")],
            }
        );
        _client = TestTls.Client(_emulator);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _emulator.DisposeAsync();
    }

    [Fact]
    public async Task ChallengesForABearerToken()
    {
        using HttpResponseMessage response = await GetAsync("/v2/group/app/manifests/latest", null);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(
            $"Bearer realm=\"{Url("/jwt/auth")}\",service=\"container_registry\",scope=\"repository:group/app:pull\"",
            Assert.Single(response.Headers.GetValues("Www-Authenticate"))
        );
    }

    [Fact]
    public async Task AdmitsTheTokenOfItsLoginForFiveMinutes()
    {
        using HttpResponseMessage answer = await GetAsync(
            "/jwt/auth?service=container_registry",
            Basic("gitlab-ci-token:glcbt-64_a:b=c")
        );
        using JsonDocument document = JsonDocument.Parse(
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
        );
        AuthenticationHeaderValue bearer = new("Bearer", document.RootElement.GetProperty("token").GetString());

        using HttpResponseMessage admitted = await GetAsync("/v2/", bearer);
        Assert.Equal(HttpStatusCode.OK, admitted.StatusCode);
        _emulator.Clock.Advance(TimeSpan.FromMinutes(5));
        using HttpResponseMessage late = await GetAsync("/v2/", bearer);
        Assert.Equal(HttpStatusCode.Unauthorized, late.StatusCode);
        Assert.Equal(3, _emulator.CallCount("gitlab-registry"));
    }

    [Theory]
    [InlineData("gitlab-ci-token:wrong")]
    [InlineData("AWS:glcbt-64_a:b=c")]
    public async Task RefusesOtherLogins(string login)
    {
        using HttpResponseMessage answer = await GetAsync("/jwt/auth?service=container_registry", Basic(login));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    private static AuthenticationHeaderValue Basic(string login) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(login)));

    private Uri Url(string path) => new(new UriBuilder(_emulator.HttpsUrl) { Host = Host }.Uri, path);

    private async Task<HttpResponseMessage> GetAsync(string path, AuthenticationHeaderValue? authorization)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, Url(path));
        request.Headers.Authorization = authorization;
        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
