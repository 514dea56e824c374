using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;

namespace CredHelper.Emulator.Credentials;

/// <summary>
/// EC2's instance metadata service with optional session tokens (HttpTokens=optional, versions 1 and 2): a token by
/// PUT, then the name and the credentials of the role ci-runner. Faults of the service imds make it slow or absent, or
/// remove the role.
/// </summary>
internal sealed class InstanceMetadataService(CredentialSource sessions) : RestService
{
    private const string RolePath = "/latest/meta-data/iam/security-credentials/";
    private const string Role = "ci-runner";
    private const int LongestLife = 21600;

    private readonly ConcurrentDictionary<string, DateTimeOffset> _tokens = new(StringComparer.Ordinal);

    public override string Name => "imds";

    protected override string? OperationOf(string method, string path) =>
        (method, path) switch
        {
            (_, "/latest/api/token") => "GetToken",
            ("GET", RolePath) => "ListRoles",
            ("GET", _) when path.StartsWith(RolePath, StringComparison.Ordinal) => "GetCredentials",
            _ => path.StartsWith("/latest/", StringComparison.Ordinal) ? "GetMetadata" : null,
        };

    public override Task<Answer> AnswerAsync(Exchange exchange) =>
        Task.FromResult(exchange.Operation == "GetToken" ? Token(exchange) : Data(exchange));

    public override Answer Describe(ServiceError error, Exchange exchange) =>
        Answer.OfText(error.Status, "text/html", $"<h1>{error.Status} - {error.Message}</h1>\n");

    private Answer Token(Exchange exchange)
    {
        if (exchange.Request.Method != "PUT")
            throw new ServiceError(405, "MethodNotAllowed", "Method Not Allowed");
        // A forwarded request does not get a token.
        if (exchange.Request.Headers.ContainsKey("X-Forwarded-For"))
            throw new ServiceError(403, "Forbidden", "Forbidden");
        if (
            !int.TryParse(
                Header(exchange, "X-aws-ec2-metadata-token-ttl-seconds"),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out int life
            ) || life is < 1 or > LongestLife
        )
        {
            throw new ServiceError(400, "BadRequest", "Bad Request");
        }

        string token = Convert.ToBase64String(RandomNumberGenerator.GetBytes(40));
        _tokens[token] = exchange.Now.AddSeconds(life);
        return Answer
            .OfText(200, "text/plain", token)
            .With("X-aws-ec2-metadata-token-ttl-seconds", life.ToString(CultureInfo.InvariantCulture));
    }

    private Answer Data(Exchange exchange)
    {
        string sent = Header(exchange, "X-aws-ec2-metadata-token");
        bool isKnown = _tokens.TryGetValue(sent, out DateTimeOffset end) && end > exchange.Now;
        bool isVersion1 = sent.Length == 0;
        if (!isKnown && !isVersion1)
        {
            throw new ServiceError(401, "Unauthorized", "Unauthorized");
        }

        if (exchange.Operation == "ListRoles")
            return Answer.OfText(200, "text/plain", Role);
        if (exchange.Request.Path != RolePath + Role)
            throw new ServiceError(404, "NotFound", "Not Found");
        AccessKey key = sessions.Issue(
            CredentialSource.DefaultAccount,
            Role,
            "i-0123456789abcdef0",
            exchange.LifetimeShift
        );
        return Json(
            200,
            writer =>
            {
                writer.WriteString("Code", "Success");
                writer.WriteString("Type", "AWS-HMAC");
                CredentialSource.WriteTo(writer, key);
            }
        );
    }
}
