using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace CredHelper.Emulator.Signing;

/// <summary>
/// All access keys that the emulator accepts: long-term keys and those of sessions issued by its STS.
/// </summary>
internal sealed class KeyRing
{
    private const string KeyAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private readonly ConcurrentDictionary<string, AccessKey> _keys;

    public KeyRing(IEnumerable<AccessKey> keys) =>
        _keys = new(keys.ToDictionary(key => key.Id, StringComparer.Ordinal));

    public AccessKey? Find(string id) => _keys.GetValueOrDefault(id);

    public AccessKey IssueSession(
        string account,
        string arn,
        string userId,
        DateTimeOffset expiresAt,
        string? subject = null
    )
    {
        AccessKey session = new(
            "ASIA" + RandomNumberGenerator.GetString(KeyAlphabet, 16),
            Convert.ToBase64String(RandomNumberGenerator.GetBytes(30)),
            account
        )
        {
            SessionToken = "FwoGZXIvYXdzE" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(240)),
            ExpiresAt = expiresAt,
            Arn = arn,
            UserId = userId,
            Subject = subject,
        };
        _keys[session.Id] = session;
        return session;
    }

    /// <summary>An ID in the format of IAM for roles (AROA…) and others.</summary>
    public static string UniqueId(string prefix) => prefix + RandomNumberGenerator.GetString(KeyAlphabet, 17);
}
