using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CredHelper.Emulator.Registry;

/// <summary>
/// Forwards accepted requests to the real registry, streaming in both directions. That registry needs no credentials.
/// </summary>
internal sealed class ReverseProxy(Uri upstream) : IDisposable
{
    /// <summary>
    /// Headers that only concern one connection (RFC 9110, 7.6.1), are set anew, or contain the emulator's credentials.
    /// </summary>
    private static readonly HashSet<string> NotForwarded = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection",
        "Keep-Alive",
        "Proxy-Connection",
        "Proxy-Authorization",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "Host",
        "Authorization",
        "Expect",
        "Content-Length",
        "Date",
    };

    private readonly HttpMessageInvoker _client = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
        }
    );

    public async Task<Answer> ForwardAsync(Exchange exchange)
    {
        using HttpRequestMessage request = Request(exchange);
        try
        {
            HttpResponseMessage response = await _client.SendAsync(request, exchange.Context.RequestAborted);
            return await AnswerAsync(response, exchange);
        }
        catch (HttpRequestException exception)
        {
            throw new ServiceError(
                502,
                "UNAVAILABLE",
                "The registry behind the emulator does not answer: " + exception.Message
            );
        }
    }

    public void Dispose() => _client.Dispose();

    private HttpRequestMessage Request(Exchange exchange)
    {
        HttpRequest incoming = exchange.Request;
        HttpRequestMessage request = new(
            new HttpMethod(incoming.Method),
            new Uri(upstream, incoming.Path.ToUriComponent() + incoming.QueryString)
        );
        if (
            exchange.Context.Features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>().CanHaveBody
            || incoming.ContentLength is not null
        )
        {
            request.Content = new StreamContent(incoming.Body);
            request.Content.Headers.ContentLength = incoming.ContentLength;
        }

        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in incoming.Headers)
        {
            if (
                !NotForwarded.Contains(name)
                && !request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values)
            )
            {
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        return request;
    }

    private async Task<Answer> AnswerAsync(HttpResponseMessage response, Exchange exchange)
    {
        Stream body = await response.Content.ReadAsStreamAsync(exchange.Context.RequestAborted);
        Answer answer = new((int)response.StatusCode, body, response.Content.Headers.ContentLength, response);
        foreach (
            (string name, IEnumerable<string> values) in response
                .Headers.NonValidated.Select(Pair)
                .Concat(response.Content.Headers.NonValidated.Select(Pair))
        )
        {
            if (NotForwarded.Contains(name))
                continue;
            foreach (string value in values)
            {
                answer.With(
                    name,
                    name.Equals("Location", StringComparison.OrdinalIgnoreCase)
                        ? SeenByClient(value, exchange.Request)
                        : value
                );
            }
        }

        return answer;

        static (string, IEnumerable<string>) Pair(
            KeyValuePair<string, System.Net.Http.Headers.HeaderStringValues> header
        ) => (header.Key, header.Value);
    }

    /// <summary>Rewrites a URL of the upstream to the host that the client connects to.</summary>
    private string SeenByClient(string location, HttpRequest request) =>
        Uri.TryCreate(location, UriKind.Absolute, out Uri? url)
        && url.Scheme is "http" or "https"
        && url.Authority == upstream.Authority
            ? new StringBuilder(request.Scheme)
                .Append("://")
                .Append(request.Host.Value)
                .Append(url.PathAndQuery)
                .ToString()
            : location;
}
