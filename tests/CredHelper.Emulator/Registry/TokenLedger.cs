using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CredHelper.Emulator.Registry;

/// <summary>
/// A password that a registry accepts: for the ECR registry of one account, or for ECR Public if the account is null.
/// </summary>
internal sealed record RegistryToken(string Password, string? Account, DateTimeOffset ExpiresAt)
{
    /// <summary>The identity that requested it.</summary>
    public string? Principal { get; init; }

    /// <summary>The form in which the API returns it.</summary>
    public string AuthorizationToken => Convert.ToBase64String(Encoding.UTF8.GetBytes("AWS:" + Password));

    public override string ToString() => $"RegistryToken of {Account ?? "public"}";
}

/// <summary>
/// All registry tokens that were issued. They expire by the emulated clock, whatever time the response showed because
/// of a fault.
/// </summary>
internal sealed class TokenLedger(EmulatedClock clock)
{
    /// <summary>Sizes that result in a password of about 2.5 kB, like those of ECR.</summary>
    private const int PayloadBytes = 1170;
    private const int DataKeyBytes = 184;

    private static readonly JsonSerializerOptions Json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly ConcurrentDictionary<string, RegistryToken> _tokens = new(StringComparer.Ordinal);

    /// <param name="account">Null for ECR Public.</param>
    /// <param name="lifetime">By the emulated clock.</param>
    /// <param name="shownExpiry">The expiry contained in the password.</param>
    /// <param name="caller">The identity that requests it.</param>
    public RegistryToken Issue(string? account, TimeSpan lifetime, DateTimeOffset shownExpiry, AccessKey caller)
    {
        string content = JsonSerializer.Serialize(
            new
            {
                payload = Convert.ToBase64String(RandomNumberGenerator.GetBytes(PayloadBytes)),
                datakey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(DataKeyBytes)),
                version = "2",
                type = "DATA_KEY",
                expiration = shownExpiry.ToUnixTimeSeconds(),
            },
            Json
        );
        RegistryToken token = new(
            Convert.ToBase64String(Encoding.UTF8.GetBytes(content)),
            account,
            clock.Now + lifetime
        )
        {
            Principal = caller.Principal,
        };
        _tokens[token.Password] = token;
        return token;
    }

    public RegistryToken? Find(string password) => _tokens.GetValueOrDefault(password);

    public bool IsExpired(RegistryToken token) => token.ExpiresAt <= clock.Now;
}
