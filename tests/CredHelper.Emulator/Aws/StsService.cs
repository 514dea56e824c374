using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CredHelper.Emulator.Signing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace CredHelper.Emulator.Aws;

/// <summary>AWS STS (Query protocol): AssumeRole, AssumeRoleWithWebIdentity, GetCallerIdentity.</summary>
internal sealed partial class StsService(SignatureVerifier signatures, KeyRing keys, EmulatedClock clock) : Service
{
    private const int ShortestSession = 900;
    private const int LongestSession = 43200;
    private const int LongestChainedSession = 3600;

    public override string Name => "sts";

    public override ServiceError Throttled => new(400, "Throttling", "Rate exceeded");

    public override async ValueTask<string?> RecognizeAsync(Exchange exchange)
    {
        bool isForm =
            exchange.Request.ContentType?.StartsWith(
                "application/x-www-form-urlencoded",
                StringComparison.OrdinalIgnoreCase
            ) == true;
        bool mayBe =
            exchange.Request.Method == "POST"
            && isForm
            && !exchange.Request.Path.StartsWithSegments("/v2", StringComparison.Ordinal);
        return mayBe && (await ParametersAsync(exchange)).TryGetValue("Action", out StringValues action)
            ? action.ToString()
            : null;
    }

    public override int StatusOf(string code) =>
        code
            is "AccessDenied"
                or "ExpiredToken"
                or "InvalidClientTokenId"
                or "SignatureDoesNotMatch"
                or "RegionDisabledException"
            ? 403
            : 400;

    public override Answer Describe(ServiceError error, Exchange exchange) => StsXml.Error(error, exchange);

    public override async Task<Answer> AnswerAsync(Exchange exchange)
    {
        Dictionary<string, StringValues> parameters = await ParametersAsync(exchange);
        Record(exchange, parameters);
        return exchange.Operation switch
        {
            "AssumeRole" => AssumeRole(exchange, parameters, await AuthenticateAsync(exchange)),
            "AssumeRoleWithWebIdentity" => AssumeRoleWithWebIdentity(exchange, parameters),
            "GetCallerIdentity" => GetCallerIdentity(exchange, await AuthenticateAsync(exchange)),
            _ => throw new ServiceError(
                400,
                "InvalidAction",
                $"Could not find operation {exchange.Operation} for version "
                    + $"{Text(parameters, "Version") ?? "NO_VERSION_SPECIFIED"}"
            ),
        };
    }

    private static void Record(Exchange exchange, Dictionary<string, StringValues> parameters)
    {
        if (exchange.Call is not { } call)
            return;
        call.RoleArn = Text(parameters, "RoleArn");
        call.SessionName = Text(parameters, "RoleSessionName");
        call.ExternalId = Text(parameters, "ExternalId");
    }

    private Answer AssumeRole(Exchange exchange, Dictionary<string, StringValues> parameters, AccessKey caller)
    {
        Role role = Role.Parse(Required(parameters, "RoleArn"));
        bool isChained = caller.SessionToken is not null;
        TimeSpan duration = Duration(parameters, isChained);
        if (!role.Admits(Text(parameters, "ExternalId")))
        {
            throw new ServiceError(
                403,
                "AccessDenied",
                $"User: {caller.Arn} is not authorized to perform: sts:AssumeRole on resource: {role.Arn}"
            );
        }

        AccessKey session = IssueSession(exchange, parameters, role, duration);
        return StsXml.Result(exchange, StsXml.AssumedRoleUser(session), Credentials(exchange, session, duration));
    }

    private Answer AssumeRoleWithWebIdentity(Exchange exchange, Dictionary<string, StringValues> parameters)
    {
        Role role = Role.Parse(Required(parameters, "RoleArn"));
        WebIdentityToken token = WebIdentityToken.Read(Text(parameters, "WebIdentityToken") ?? "", exchange.Now);
        TimeSpan duration = Duration(parameters, isChained: false);
        if (!role.Admits(externalId: null))
            throw new ServiceError(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
        AccessKey session = IssueSession(exchange, parameters, role, duration, token.Subject);
        return StsXml.Result(
            exchange,
            StsXml.Element("SubjectFromWebIdentityToken", token.Subject),
            StsXml.Element("Audience", token.Audience),
            StsXml.AssumedRoleUser(session),
            Credentials(exchange, session, duration),
            StsXml.Element("Provider", token.Issuer)
        );
    }

    private static Answer GetCallerIdentity(Exchange exchange, AccessKey caller) =>
        StsXml.Result(
            exchange,
            StsXml.Element("Arn", caller.Arn),
            StsXml.Element("UserId", caller.UserId),
            StsXml.Element("Account", caller.Account)
        );

    private AccessKey IssueSession(
        Exchange exchange,
        Dictionary<string, StringValues> parameters,
        Role role,
        TimeSpan duration,
        string? subject = null
    )
    {
        string name = Required(parameters, "RoleSessionName");
        if (!SessionName.IsMatch(name))
        {
            throw Invalid(
                $"Value '{name}' at 'roleSessionName' failed to satisfy constraint: Member must have 2 to "
                    + "64 characters of [\\w+=,.@-]"
            );
        }

        string userId = KeyRing.UniqueId("AROA") + ":" + name;
        return keys.IssueSession(
            role.Account,
            role.SessionArn(name),
            userId,
            clock.Now + duration + exchange.LifetimeShift,
            subject
        );
    }

    private static System.Xml.Linq.XElement Credentials(Exchange exchange, AccessKey session, TimeSpan duration) =>
        StsXml.Credentials(session, exchange.Now + duration + exchange.LifetimeShift);

    private static TimeSpan Duration(Dictionary<string, StringValues> parameters, bool isChained)
    {
        if (Text(parameters, "DurationSeconds") is not { } text)
            return TimeSpan.FromHours(1);
        if (
            !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
            || seconds is < ShortestSession or > LongestSession
        )
        {
            throw Invalid(
                $"Value '{text}' at 'durationSeconds' failed to satisfy constraint: Member must have value "
                    + $"from {ShortestSession} to {LongestSession}"
            );
        }

        return isChained && seconds > LongestChainedSession
            ? throw new ServiceError(
                400,
                "ValidationError",
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
            )
            : TimeSpan.FromSeconds(seconds);
    }

    private async Task<AccessKey> AuthenticateAsync(Exchange exchange)
    {
        try
        {
            string host = exchange.Request.Host.Host;
            string? region = host == "sts.amazonaws.com" ? "us-east-1" : Partition.RegionOfEndpoint(host, "sts");
            return signatures.Verify(exchange.Request, await exchange.BodyAsync(), "sts", region, exchange.Now);
        }
        catch (SignatureRefusal refusal)
        {
            (int status, string code) = refusal.Reason switch
            {
                RefusalReason.MissingAuthentication => (403, "MissingAuthenticationToken"),
                RefusalReason.Incomplete => (400, "IncompleteSignature"),
                RefusalReason.UnknownKey => (403, "InvalidClientTokenId"),
                RefusalReason.ExpiredSession => (403, "ExpiredToken"),
                _ => (403, "SignatureDoesNotMatch"),
            };
            throw new ServiceError(status, code, refusal.Message);
        }
    }

    private static async Task<Dictionary<string, StringValues>> ParametersAsync(Exchange exchange) =>
        QueryHelpers.ParseQuery(Encoding.UTF8.GetString(await exchange.BodyAsync()));

    private static string? Text(Dictionary<string, StringValues> parameters, string name) =>
        parameters.TryGetValue(name, out StringValues values) && values is [{ Length: > 0 } value, ..] ? value : null;

    private static string Required(Dictionary<string, StringValues> parameters, string name) =>
        Text(parameters, name)
        ?? throw Invalid(
            $"Value null at '{char.ToLowerInvariant(name[0])}{name[1..]}' failed to satisfy constraint: "
                + "Member must not be null"
        );

    private static ServiceError Invalid(string constraint) =>
        new(400, "ValidationError", "1 validation error detected: " + constraint);

    [GeneratedRegex(@"^[\w+=,.@-]{2,64}\z", RegexOptions.CultureInvariant | RegexOptions.ECMAScript)]
    private static partial Regex SessionName { get; }
}
