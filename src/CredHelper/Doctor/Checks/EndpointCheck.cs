using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using CredHelper.Aws;
using CredHelper.Aws.Ecr;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Network.Http;
using CredHelper.Network.Proxy;
using CredHelper.Network.Tls;
using CredHelper.Platform;
using CredHelper.Registry;

namespace CredHelper.Doctor.Checks;

/// <summary>
/// Checks the connection to ECR's endpoint: proxy, certificates, name resolution, and the clock, on which signatures
/// depend.
/// </summary>
internal sealed class EndpointCheck : ICheck
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10),
        ConnectTimeout = TimeSpan.FromSeconds(5),
        AllowedSkew = TimeSpan.FromMinutes(5);

    public string? Progress => "connecting to ECR";

    public IEnumerable<Finding> Run(CheckContext context)
    {
        if (context.Helper is not { } helper)
            yield break;
        foreach (
            IGrouping<string, EcrRegistry> group in context.Registries.GroupBy(registry =>
                EndpointOf(helper, context, registry)
            )
        )
        {
            if (!Uri.TryCreate(group.Key, UriKind.Absolute, out Uri? endpoint))
                continue;
            yield return Finding.Ok(
                "ECR501",
                $"{group.First().Host}: endpoint {endpoint.GetLeftPart(UriPartial.Authority)}; "
                    + $"{Way(helper, endpoint)}"
            );
            if (context.IsOffline)
            {
                yield return Finding.Skip("ECR502", $"{endpoint.Host}: connection not checked (--offline)");
            }
            else
            {
                bool isHarmless = group.All(context.IsServedByOthers);
                foreach (Finding finding in Connect(context, helper, endpoint, [.. group]))
                    yield return finding.WarnIf(isHarmless);
            }
        }
    }

    private static string EndpointOf(HelperContext helper, CheckContext context, EcrRegistry registry)
    {
        IdentityChoice choice = context.ChoiceFor(registry);
        try
        {
            AwsContext aws = AwsContext.Load(helper, choice, registry.Region);
            return new EcrTokenIssuer(helper, choice).FindEndpoint(aws, registry).Url;
        }
        catch (HelperException)
        {
            // The identity check has reported this already.
            return "";
        }
    }

    private static string Way(HelperContext helper, Uri endpoint)
    {
        string proxy;
        try
        {
            proxy = new EnvironmentProxy(helper.Environment).For(endpoint) is { } address
                ? $"through the proxy {address}"
                : "no proxy";
        }
        catch (HelperException exception)
        {
            proxy = exception.Message;
        }
        return $"{proxy}; CA certificates from {CaBundle.Find(helper.Environment, null)?.Name ?? "the system"}";
    }

    private static IEnumerable<Finding> Connect(
        CheckContext context,
        HelperContext helper,
        Uri endpoint,
        IReadOnlyList<EcrRegistry> registries
    )
    {
        if (new EnvironmentProxy(helper.Environment).IsConfigured || IPAddress.TryParse(endpoint.Host, out _))
        {
            yield return Finding.Ok("ECR502", $"{endpoint.Host}: name resolution not needed (proxy or IP address)");
        }
        else
        {
            Finding name = LookUp(endpoint.Host);
            yield return name with
            {
                About = [.. registries.Select(registry => Subject.Token(registry.Host)), .. name.About],
            };
            if (name.Verdict == Verdict.Fail)
                yield break;
        }
        DateTimeOffset? date = null;
        HelperException? failure = null;
        try
        {
            date = Deadline.Within(Timeout, cancellationToken => AskDateAsync(helper, endpoint, cancellationToken));
        }
        catch (HelperException exception)
        {
            failure = exception;
        }
        if (failure is not null)
        {
            yield return context.FailureOf("ECR503", registries, failure) with
            {
                Text = $"{endpoint.Host}: {failure.Message}",
            };
            yield break;
        }
        yield return Finding.Ok(
            "ECR503",
            $"{endpoint.Host}: connected{(endpoint.Scheme == Uri.UriSchemeHttps ? ", certificate trusted" : "")}"
        );
        if (date is not { } server)
            yield break;
        TimeSpan skew = helper.Now - server;
        yield return skew.Duration() > AllowedSkew
            ? Finding
                .Fail(
                    "ECR504",
                    $"the system clock is {(int)skew.Duration().TotalMinutes} minutes "
                        + $"{(skew > TimeSpan.Zero ? "ahead of" : "behind")} AWS; AWS rejects signatures that are "
                        + "off by more than 5 minutes",
                    Remedy.Run(context.Commands.AsRoot("timedatectl set-ntp true"))
                )
                .On(new Subject(SubjectKind.Clock))
            : Finding.Ok("ECR504", $"the system clock is within {Math.Ceiling(skew.Duration().TotalSeconds)} s of AWS");
    }

    private static Finding LookUp(string host)
    {
        try
        {
            IPAddress[] addresses = Deadline.Within(
                Timeout,
                cancellationToken => Dns.GetHostAddressesAsync(host, cancellationToken)
            );
            bool isPrivate = addresses.All(address =>
                address.GetAddressBytes() is [10, ..] or [192, 168, ..] or [172, >= 16 and <= 31, ..]
            );
            return Finding.Ok(
                "ECR502",
                $"{host} resolves to {string.Join(", ", addresses.Take(3).Select(address => address.ToString()))}"
                    + $"{(isPrivate ? ", a private address (interface endpoint, PrivateLink)" : "")}"
            );
        }
        catch (Exception exception) when (exception is SocketException or HelperException or ArgumentException)
        {
            return Finding
                .Fail(
                    "ECR502",
                    $"cannot resolve {host}: {ForeignText.Clean(exception.Message)}",
                    Remedy.Advise("check /etc/resolv.conf, and the region in the registry's name")
                )
                .On(new Subject(SubjectKind.Network, Subject.Aws));
        }
    }

    /// <summary>Any response will do: a request without a signature is refused, but the response has a Date.</summary>
    private static async Task<DateTimeOffset?> AskDateAsync(
        HelperContext helper,
        Uri endpoint,
        CancellationToken cancellationToken
    )
    {
        using var http = new HttpClients(helper.Environment, null, ConnectTimeout);
        HttpClient client = http.CreateHttpClient(Timeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, endpoint)
            {
                Content = new StringContent("{}", null, "application/x-amz-json-1.1"),
            };
            request.Headers.TryAddWithoutValidation(
                "X-Amz-Target",
                "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken"
            );
            using HttpResponseMessage answer = await client.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                cancellationToken
            );
            return answer.Headers.Date;
        }
        catch (Exception exception)
            when (!cancellationToken.IsCancellationRequested && NetworkFailure.From(exception, endpoint) is { } known)
        {
            throw known;
        }
    }
}
