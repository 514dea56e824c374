using System.Net;
using System.Text;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Network.Http;
using CredHelper.Network.Tls;

namespace CredHelper.Aws.Sources;

/// <summary>The response of a credential endpoint.</summary>
internal readonly record struct EndpointAnswer(int Status, string Body)
{
    public override string ToString() => $"status {Status}";
}

/// <summary>
/// Sends HTTP requests to this machine's credential endpoints: the container agent and IMDS. It uses no proxy and
/// follows no redirects, accepts only small responses, and limits the time of each request: the SDK core's own
/// providers take 6 s to detect that there is no container agent, and 15 s for IMDS.
/// </summary>
internal sealed class CredentialEndpoint : IDisposable
{
    /// <summary>Bytes. A response with credentials has about 1,500.</summary>
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

    /// <exception cref="HelperException">
    /// Of kind Timeout after the limit, Unreachable and others if there is no response.
    /// </exception>
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
            // Reads the whole body, at most LargestAnswer bytes, within the time limit.
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
                $"{url.IdnHost}:{url.Port} did not respond within {limit.TotalSeconds:0.###} s",
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
