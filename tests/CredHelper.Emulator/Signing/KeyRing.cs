using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace CredHelper.Emulator.Signing;

/// <summary>
/// Every access key the emulator knows: the long-term ones and those of sessions that its STS gave out.
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

    /// <summary>An id as IAM gives to roles (AROA…) and others.</summary>
    public static string UniqueId(string prefix) => prefix + RandomNumberGenerator.GetString(KeyAlphabet, 17);
}
