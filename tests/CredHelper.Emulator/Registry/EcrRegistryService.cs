using System.Text.RegularExpressions;

namespace CredHelper.Emulator.Registry;

/// <summary>
/// The registry of an ECR account. It accepts only unexpired tokens issued for the account in the Host header; if the
/// name has no account (an address, localhost, an alias), it accepts those of every account.
/// </summary>
internal sealed partial class EcrRegistryService(TokenLedger tokens, ReverseProxy? upstream) : RegistryService(upstream)
{
    private const string User = "AWS";

    public override string Name => "registry";

    public override ValueTask<string?> RecognizeAsync(Exchange exchange) =>
        ValueTask.FromResult(IsRegistryPath(exchange.Request) ? OperationOf(exchange.Request) : null);

    public override async Task<Answer> AnswerAsync(Exchange exchange)
    {
        RegistryToken? token = BasicCredentials(exchange.Request) is (User, var password)
            ? tokens.Find(password)
            : null;
        if (token is not { Account: not null })
            return NotAuthorized(exchange);
        if (tokens.IsExpired(token))
            throw Denied("Your authorization token has expired. Reauthenticate and try again.");
        return AccountOfHost(exchange.Request.Host.Host) is { } account && account != token.Account
            ? throw Denied("Your authorization token is for another registry.")
            : await PassAsync(exchange);
    }

    private static Answer NotAuthorized(Exchange exchange) =>
        ToClient(
            Answer
                .OfText(401, "text/plain; charset=utf-8", "Not Authorized\n")
                .With(
                    "Www-Authenticate",
                    $"Basic realm=\"https://{exchange.Request.Host.Value}/\",service=\"ecr.amazonaws.com\""
                )
        );

    private static ServiceError Denied(string message) => new(403, "DENIED", message);

    private static string? AccountOfHost(string host) =>
        RegistryHost.Match(host) is { Success: true } match ? match.Groups["account"].Value : null;

    [GeneratedRegex(
        @"^(?<account>[0-9]{12})\.dkr[.-]ecr(-fips)?\.",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex RegistryHost { get; }
}
