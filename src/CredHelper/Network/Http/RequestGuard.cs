using System.Net;
using System.Net.Http.Headers;
using CredHelper.Errors;
using CredHelper.Network.Proxy;

namespace CredHelper.Network.Http;

/// <summary>
/// Handles requests between the AWS SDK and the sockets. It reads the whole response, at most 1 MiB, within the
/// request's timeout (the SDK would read a body that never ends, or never arrives, without one), refuses invalid proxy
/// settings, and stores on an exception where the request was sent. Failures that are not worth a retry are thrown as
/// HelperException.
/// </summary>
internal sealed class RequestGuard(HttpMessageHandler inner, EnvironmentProxy proxy) : DelegatingHandler(inner)
{
    /// <summary>Bytes. A response with a token has about 4,000.</summary>
    public const int MaximumBody = 1024 * 1024;

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Requests are asynchronous.");

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        Uri destination = request.RequestUri!;
        ProxyAddress? via = proxy.For(destination);
        HttpResponseMessage? response = null;
        try
        {
            if (via is { IsHttp: true } && !via.Tunnels(destination))
                request.Headers.ProxyAuthorization = via.Authorization;
            response = await base.SendAsync(request, cancellationToken);
            if (response.StatusCode == HttpStatusCode.ProxyAuthenticationRequired && via is not null)
                throw ProxyRefusal.Of(via, (int)response.StatusCode, response.Headers.ProxyAuthenticate);
            response.Content = await TakeIn(response.Content, destination, cancellationToken);
            return response;
        }
        catch (Exception exception)
        {
            response?.Dispose();
            NetworkFailure.Annotate(exception, destination, via);
            if (NetworkFailure.IsFinal(exception) && NetworkFailure.From(exception) is { } final)
                throw final == exception ? Rethrow(exception) : final;
            throw;
        }
    }

    private static Exception Rethrow(Exception exception)
    {
        System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception);
        return exception;
    }

    private static async Task<HttpContent> TakeIn(
        HttpContent content,
        Uri destination,
        CancellationToken cancellationToken
    )
    {
        if (content.Headers.ContentLength > MaximumBody)
            throw TooLarge(destination);

        using Stream stream = await content.ReadAsStreamAsync(cancellationToken);
        byte[] body = new byte[(int)(content.Headers.ContentLength ?? 16 * 1024) + 1];
        int length = 0;
        while (await stream.ReadAsync(body.AsMemory(length), cancellationToken) is > 0 and int read)
        {
            length += read;
            if (length > MaximumBody)
                throw TooLarge(destination);
            if (length == body.Length)
                Array.Resize(ref body, Math.Min(length * 2, MaximumBody + 1));
        }

        var whole = new ByteArrayContent(body, 0, length);
        foreach ((string name, HeaderStringValues values) in content.Headers.NonValidated)
            whole.Headers.TryAddWithoutValidation(name, values);
        content.Dispose();
        return whole;
    }

    private static HelperException TooLarge(Uri destination) =>
        new(
            FailureKind.BadResponse,
            $"the response of {destination.IdnHost}:{destination.Port} is larger than {MaximumBody / 1024} KiB",
            "check the endpoint, and whether a proxy responds in its place"
        );
}
