using System.Net;
using System.Text;
using System.Text.Json;
using CredHelper.Aws.Config;
using CredHelper.Cache;
using CredHelper.CachedGet;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Aws.Sources;

/// <summary>
/// The identity that the host of a container provides: on ECS through AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, on EKS
/// Pod Identity and others through _FULL_URI with an authorization token (AWS SDKs and Tools Reference Guide,
/// "Container credential provider").
/// </summary>
internal sealed class ContainerCredentials(AwsContext aws) : ICredentialSource
{
    public const string RelativeUri = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        FullUri = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    private const string TokenVariable = "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        TokenFileVariable = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
    private const string EcsAgent = "http://169.254.170.2";
    private const string Hint =
        "check the container's task or pod role and its credential agent (ECS agent, EKS Pod Identity agent)";

    private const string Words = "container credentials";

    /// <summary>The limit of one attempt, connecting included; there are at most two.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The agents of ECS and EKS Pod Identity: the only addresses, other than loopback, that may be called without TLS.
    /// </summary>
    private static readonly IPAddress[] Agents =
    [
        IPAddress.Parse("169.254.170.2"),
        IPAddress.Parse("169.254.170.23"),
        IPAddress.Parse("fd00:ec2::23"),
    ];

    public bool Applies => aws.Environment[RelativeUri] is not null || aws.Environment[FullUri] is not null;

    public SourceFacts Facts =>
        new("container") { Variable = aws.Environment[RelativeUri] is null ? FullUri : RelativeUri };

    public string Describe()
    {
        Endpoint(aws.Environment);
        AuthorizationToken(aws.Environment);
        return Words;
    }

    /// <exception cref="HelperException">A variable is invalid, or the endpoint returns no credentials.</exception>
    public async Task<AwsIdentity> ResolveAsync(CancellationToken cancellationToken)
    {
        Uri url = Endpoint(aws.Environment);
        (string? token, Dependency[] dependencies) = AuthorizationToken(aws.Environment);
        aws.Run.Log.Write($"container credentials: requesting them from {url.Host}:{url.Port}");
        EndpointAnswer answer = await AskAsync(url, token, cancellationToken);
        JsonElement json = EndpointJson.Parse(answer.Body);
        SessionKeys keys =
            SessionKeys.TryRead(json, "Token")
            ?? throw Failed(
                FailureKind.BadResponse,
                $"container credentials: {url.IdnHost}:{url.Port} returned no credentials"
                    + $"{EndpointJson.ErrorOf(answer.Body)}"
            );
        if (keys.Expiration < aws.Run.Now)
        {
            throw Failed(
                FailureKind.ExpiredCredentials,
                $"container credentials: {url.IdnHost}:{url.Port} returned credentials that expired at "
                    + $"{keys.Expiration:u}"
            );
        }

        string role = SessionKeys.Text(json, "RoleArn") is { } arn ? $", role {ForeignText.Clean(arn)}" : "";
        return new AwsIdentity(keys.Credentials, Words + role)
        {
            Dependencies = dependencies,
            // On ECS each task has its own path. Another server may choose the identity by inputs that we cannot see.
            NotAfter = aws.Environment[RelativeUri] is null ? keys.Expiration : null,
        };
    }

    /// <exception cref="HelperException">
    /// The variable is not a URL, or names a host that must not be called.
    /// </exception>
    public static Uri Endpoint(EnvironmentSnapshot environment)
    {
        if (environment[RelativeUri] is { } relative)
        {
            // Accept only a path: with anything before it, the request would go to another host.
            return
                relative[0] == '/'
                && Uri.TryCreate(EcsAgent + relative, UriKind.Absolute, out Uri? agent)
                && agent.Host == Agents[0].ToString()
                ? agent
                : throw Wrong(RelativeUri, "is not a path", "set it to a path such as /v2/credentials/…, or unset it");
        }
        if (
            !Uri.TryCreate(environment[FullUri], UriKind.Absolute, out Uri? url)
            || url.Scheme is not ("http" or "https")
            || url.UserInfo.Length > 0
        )
        {
            throw Wrong(
                FullUri,
                "is not an http(s) URL",
                "set it to a URL such as http://169.254.170.23/v1/credentials"
            );
        }

        if (url.Scheme == Uri.UriSchemeHttps || IsLocal(url))
            return url;
        throw Wrong(
            FullUri,
            $"uses http for {SettingValue.Printable(url.Host)}",
            "use https; without TLS only loopback, 169.254.170.2, 169.254.170.23 and [fd00:ec2::23] are allowed"
        );
    }

    private static bool IsLocal(Uri url) =>
        url.HostNameType switch
        {
            // The only host name is the one that RFC 6761 reserves for loopback; other names may resolve to any
            // address.
            UriHostNameType.Dns => url.Host == "localhost",
            UriHostNameType.IPv4 or UriHostNameType.IPv6 => IPAddress.Parse(url.Host) is var address
                && (IPAddress.IsLoopback(address) || Agents.Contains(address)),
            _ => false,
        };

    private async Task<EndpointAnswer> AskAsync(Uri url, string? token, CancellationToken cancellationToken)
    {
        (string, string)[] headers = token is null
            ? [("Accept", "application/json")]
            : [("Accept", "application/json"), ("Authorization", token)];
        using var endpoint = new CredentialEndpoint(aws);
        try
        {
            EndpointAnswer answer = await endpoint.SendAsync(HttpMethod.Get, url, headers, Limit, cancellationToken);
            if (answer.Status >= 500)
                answer = await endpoint.SendAsync(HttpMethod.Get, url, headers, Limit, cancellationToken);
            if (answer.Status == 200)
                return answer;
            FailureKind kind = answer.Status is 401 or 403 ? FailureKind.AccessDenied : FailureKind.Other;
            throw Failed(
                kind,
                $"container credentials: {url.IdnHost}:{url.Port} returned status {answer.Status}"
                    + $"{EndpointJson.ErrorOf(answer.Body)}"
            );
        }
        catch (HelperException exception) when (!exception.Message.StartsWith("container", StringComparison.Ordinal))
        {
            throw Failed(exception.Kind, $"container credentials: {exception.Message}", exception);
        }
    }

    private static (string? Token, Dependency[] Dependencies) AuthorizationToken(EnvironmentSnapshot environment)
    {
        if (environment[TokenFileVariable] is { } file)
        {
            // The agent renews the file while the container runs, and every new container has its own.
            string path = Path.GetFullPath(environment.ExpandHome(file) ?? file);
            string content = TokenFile.Read(path, TokenFileVariable);
            return (Header(content, TokenFileVariable), [new Dependency(DependencyKind.File, path)]);
        }
        return environment[TokenVariable] is { } token
            ? (Header(token, TokenVariable), [new Dependency(DependencyKind.Variable, TokenVariable)])
            : (null, []);
    }

    private static string Header(string token, string origin) =>
        token.Any(char.IsControl) || !Ascii.IsValid(token)
            ? throw Wrong(
                origin,
                "contains characters that are not allowed in a header",
                "check that it is one line of text"
            )
            : token;

    private static HelperException Wrong(string variable, string what, string hint) =>
        new(FailureKind.Configuration, $"container credentials: {variable} {what}", hint);

    private static HelperException Failed(FailureKind kind, string message, Exception? inner = null) =>
        new(kind, message, Hint, inner);
}
