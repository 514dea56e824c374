using System.Net;
using System.Text;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Network.Http;
using CredHelper.Network.Tls;

namespace CredHelper.Aws.Sources;

/// <summary>What a credential endpoint answered.</summary>
internal readonly record struct EndpointAnswer(int Status, string Body)
{
    public override string ToString() => $"status {Status}";
}

/// <summary>
/// HTTP to the endpoints of this machine that hand out credentials: the container agent and instance metadata. Never
/// through a proxy, no redirects, small answers, and a limit for each request: Core's own providers need 6 s to find
/// out that no container agent is there, and 15 s for metadata.
/// </summary>
internal sealed class CredentialEndpoint : IDisposable
{
    /// <summary>Bytes. Credentials have some 1,500.</summary>
    private const int LargestAnswer = 64 * 1024;

    private readonly HttpClient _client;

    public CredentialEndpoint(AwsContext aws)
    {
        var sockets = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            SslOptions = new ServerTrust(CaBundle.Find(aws.Environment, aws.Settings.CaBundle)).CreateOptions(),
        };
        _client = new HttpClient(sockets)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LargestAnswer,
        };
    }

    /// <exception cref="HelperException">Of kind Timeout after the limit, Unreachable and others where there is no
    /// answer.</exception>
    public async Task<EndpointAnswer> SendAsync(
        HttpMethod method,
        Uri url,
        (string Name, string Value)[] headers,
        TimeSpan limit,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(method, url);
        request.Headers.TryAddWithoutValidation("User-Agent", ProgramVersion.UserAgent);
        foreach ((string name, string value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(limit);
        try
        {
            // Buffers the whole body, at most LargestAnswer, while the limit runs.
            using HttpResponseMessage response = await _client.SendAsync(request, end.Token);
            return new EndpointAnswer(
                (int)response.StatusCode,
                Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(end.Token))
            );
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HelperException(
                FailureKind.Timeout,
                $"{url.IdnHost}:{url.Port} did not answer within {limit.TotalSeconds:0.###} s",
                null,
                exception
            );
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw NetworkFailure.From(exception, url)
                ?? new HelperException(
                    FailureKind.Unreachable,
                    $"{url.IdnHost}:{url.Port}: {ForeignText.Clean(exception.Message)}",
                    null,
                    exception
                );
        }
    }

    public void Dispose() => _client.Dispose();
}
