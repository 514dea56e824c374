using System.Text.Json;
using CredHelper.Cache;
using CredHelper.CachedGet;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Aws.Sources;

/// <summary>
/// The role of this EC2 instance, from its metadata service: IMDSv2, or IMDSv1 if the service returns no session token
/// and no setting forbids it, as in botocore. A service that does not exist is skipped at once. A service that does not
/// respond is a failure of kind MetadataTimeout, which is recorded: otherwise every request from a container with a hop
/// limit of 1 would wait for it again.
/// </summary>
/// <param name="aws">The settings of the call.</param>
/// <param name="missing">
/// The beginning of the message if there are no credentials: the other sources that were tried.
/// </param>
/// <param name="hint">The hint in that case.</param>
internal sealed class InstanceMetadata(AwsContext aws, string missing, string hint) : ICredentialSource
{
    /// <summary>The command in the hint.</summary>
    public string? Command { get; init; }

    private const string TokenPath = "latest/api/token",
        RolePath = "latest/meta-data/iam/security-credentials/";
    private const int Ok = 200,
        Unauthorized = 401,
        NotFound = 404;

    /// <summary>Seconds that the session token is valid: it is used for two requests and then discarded.</summary>
    private const string TokenLife = "60";

    /// <summary>
    /// Changes at each boot, so that a cache in a machine image is never used with the role of another machine.
    /// </summary>
    private static readonly Dependency Boot = new(DependencyKind.File, "/proc/sys/kernel/random/boot_id");

    public SourceFacts Facts => new("instance-metadata");

    public string Describe()
    {
        RequireSwitchedOn();
        MetadataEndpoint.Of(aws.Environment, aws.Settings.Profile);
        return "EC2 instance role (IMDS)";
    }

    /// <exception cref="HelperException">It has no credentials, fails or does not respond.</exception>
    public async Task<AwsIdentity> ResolveAsync(CancellationToken cancellationToken)
    {
        RequireSwitchedOn();
        MetadataResult result;
        try
        {
            result = await FindAsync(cancellationToken);
        }
        catch (HelperException exception) when (exception.Kind == FailureKind.MetadataTimeout)
        {
            throw new HelperException(exception.Kind, missing + exception.Message, exception.Hint, exception);
        }
        return result.Identity ?? throw Missing(result.Why);
    }

    private void RequireSwitchedOn()
    {
        if (MetadataEndpoint.IsDisabled(aws.Environment))
            throw Missing($"IMDS is disabled ({MetadataEndpoint.Switch})");
    }

    private HelperException Missing(string why) =>
        new(FailureKind.NoCredentials, missing + why, hint) { Command = Command };

    private async Task<MetadataResult> FindAsync(CancellationToken cancellationToken)
    {
        MetadataEndpoint where = MetadataEndpoint.Of(aws.Environment, aws.Settings.Profile);
        aws.Run.Log.Write($"IMDS: sending requests to {where.Url}");
        using var endpoint = new CredentialEndpoint(aws);
        try
        {
            return await FindAsync(endpoint, where, cancellationToken);
        }
        catch (HelperException exception) when (exception.Kind == FailureKind.Timeout)
        {
            throw NoResponse($"IMDS at {exception.Message}");
        }
    }

    /// <summary>
    /// In a container on an instance, the response is dropped at its second hop, unless the hop limit is 2.
    /// </summary>
    public static string HintOf(bool isInContainer) =>
        isInContainer
            ? (
                "allow containers of this instance to reach it: aws ec2 modify-instance-metadata-options "
                + "--http-put-response-hop-limit 2 --instance-id …; if the instance has no role, set "
                + "AWS_EC2_METADATA_DISABLED=true"
            )
            : (
                "set AWS_PROFILE or an access key for the process that pulls; outside EC2, set "
                + "AWS_EC2_METADATA_DISABLED=true to avoid the wait"
            );

    private async Task<MetadataResult> FindAsync(
        CredentialEndpoint endpoint,
        MetadataEndpoint where,
        CancellationToken cancellationToken
    )
    {
        EndpointAnswer? answer;
        try
        {
            answer = await TokenAsync(endpoint, where, cancellationToken);
        }
        catch (HelperException exception) when (exception.Kind != FailureKind.Timeout)
        {
            return new MetadataResult(null, $"IMDS is not available ({exception.Message})");
        }
        (string, string)[] session = [];
        if (answer is not { } token)
        {
            aws.Run.Log.Write("IMDS: no response to the request for a session token; trying IMDSv1");
        }
        else if (token.Status is >= 300 and < 500)
        {
            if (token.Status is not (403 or NotFound or 405))
                return new MetadataResult(null, NoToken(token.Status));
            if (!where.IsVersion1Allowed)
            {
                string why = $"{NoToken(token.Status)}; IMDSv1 is disabled by {MetadataEndpoint.Version1Switch}";
                return new MetadataResult(null, why);
            }
            aws.Run.Log.Write($"{NoToken(token.Status)}; trying IMDSv1");
        }
        else
        {
            if (token.Status != Ok || !IsHeader(token.Body))
                throw InvalidResponse("the request for a session token", token);
            session = [("X-aws-ec2-metadata-token", token.Body)];
        }
        return await RoleAsync(endpoint, where, session, answer, cancellationToken);
    }

    /// <summary>Returns null if the service does not respond in time and IMDSv1 may be tried.</summary>
    private static async Task<EndpointAnswer?> TokenAsync(
        CredentialEndpoint endpoint,
        MetadataEndpoint where,
        CancellationToken cancellationToken
    )
    {
        try
        {
            (string, string)[] life = [("X-aws-ec2-metadata-token-ttl-seconds", TokenLife)];
            return await SendAsync(endpoint, where, HttpMethod.Put, TokenPath, life, cancellationToken);
        }
        catch (HelperException exception) when (exception.Kind == FailureKind.Timeout && where.IsVersion1Allowed)
        {
            return null;
        }
    }

    private static string NoToken(int status) => $"IMDS refused a session token (status {status})";

    private async Task<MetadataResult> RoleAsync(
        CredentialEndpoint endpoint,
        MetadataEndpoint where,
        (string, string)[] session,
        EndpointAnswer? token,
        CancellationToken cancellationToken
    )
    {
        EndpointAnswer roles = await SendAsync(endpoint, where, HttpMethod.Get, RolePath, session, cancellationToken);
        if (session.Length == 0 && roles.Status == Unauthorized)
        {
            // The response to the token request may have been dropped at its second hop.
            throw NoResponse(
                "IMDS requires a session token, and "
                    + (token is { } refused ? NoToken(refused.Status) : "the request for one timed out")
            );
        }
        if (session.Length == 0 && roles.Status is 403 or 405)
            return new MetadataResult(null, $"IMDS is disabled (status {roles.Status})");
        string role = roles.Body.Split('\n', 2)[0].Trim();
        if (roles.Status == NotFound || (roles.Status == Ok && role.Length == 0))
            return new MetadataResult(null, "the instance has no role (instance profile)");
        if (roles.Status != Ok || !IsRoleName(role))
            throw InvalidResponse("the request for its role", roles);
        return new MetadataResult(
            Judge(role, await SendAsync(endpoint, where, HttpMethod.Get, RolePath + role, session, cancellationToken)),
            ""
        );
    }

    private static async Task<EndpointAnswer> SendAsync(
        CredentialEndpoint endpoint,
        MetadataEndpoint where,
        HttpMethod method,
        string path,
        (string, string)[] headers,
        CancellationToken cancellationToken
    )
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                EndpointAnswer answer = await endpoint.SendAsync(
                    method,
                    new Uri(where.Url, path),
                    headers,
                    where.Limit,
                    cancellationToken
                );
                if (answer.Status < 500 || attempt == where.Attempts)
                    return answer;
            }
            catch (HelperException exception) when (exception.Kind == FailureKind.Timeout && attempt < where.Attempts)
            { }
        }
    }

    private AwsIdentity Judge(string role, EndpointAnswer answer)
    {
        string words = $"EC2 instance role {role} (IMDS)";
        JsonElement json = EndpointJson.Parse(answer.Body);
        if (
            answer.Status == Ok
            && SessionKeys.Text(json, "Code") is null or "Success"
            && SessionKeys.TryRead(json, "Token") is { } keys
        )
        {
            // During an outage IMDS returns expired credentials, which AWS services accept for a while (AWS SDKs:
            // static stability).
            if (keys.Expiration < aws.Run.Now)
            {
                aws.Run.Log.Write($"IMDS: the credentials of {role} expired at {keys.Expiration:u}; trying them");
            }

            return new AwsIdentity(keys.Credentials, words) { Dependencies = OperatingSystem.IsLinux() ? [Boot] : [] };
        }
        throw new HelperException(
            FailureKind.AccessDenied,
            $"IMDS has no credentials for the instance's role{EndpointJson.ErrorOf(answer.Body)}",
            $"add ec2.amazonaws.com to the trust policy of role {role}, and check that the role still exists"
        )
        {
            IdentitySource = words,
        };
    }

    private HelperException NoResponse(string message) =>
        new(FailureKind.MetadataTimeout, message, HintOf(Container.IsAround(aws.Environment)));

    private static HelperException InvalidResponse(string request, EndpointAnswer answer) =>
        new(
            FailureKind.BadResponse,
            $"IMDS returned "
                + $"{(answer.Status == Ok ? "an invalid response" : $"status {answer.Status}")} to {request}"
                + $"{EndpointJson.ErrorOf(answer.Body)}",
            "check AWS_EC2_METADATA_SERVICE_ENDPOINT, and proxies and firewalls before 169.254.169.254"
        );

    private static bool IsHeader(string token) =>
        token.Length > 0 && token.All(c => char.IsAscii(c) && !char.IsControl(c));

    private static bool IsRoleName(string name) =>
        name.All(c => char.IsAsciiLetterOrDigit(c) || "_+=,.@-".Contains(c, StringComparison.Ordinal));

    /// <summary>An identity, or the reason why the service has none.</summary>
    private readonly record struct MetadataResult(AwsIdentity? Identity, string Why);
}
