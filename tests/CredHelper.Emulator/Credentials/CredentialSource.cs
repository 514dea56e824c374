using System.Text.Json;
using CredHelper.Emulator.Signing;

namespace CredHelper.Emulator.Credentials;

/// <summary>
/// Issues session keys that the signed services accept, for services that return the credentials of a role.
/// </summary>
internal sealed class CredentialSource(KeyRing keys, EmulatedClock clock)
{
    public const string DefaultAccount = "123456789012";

    private static readonly TimeSpan Life = TimeSpan.FromHours(6);

    public AccessKey Issue(string account, string role, string session, TimeSpan shift) =>
        keys.IssueSession(
            account,
            $"arn:aws:sts::{account}:assumed-role/{role}/{session}",
            KeyRing.UniqueId("AROA") + ":" + session,
            clock.Now + Life + shift
        );

    /// <summary>The members that container agents and the instance metadata service have in common.</summary>
    public static void WriteTo(Utf8JsonWriter writer, AccessKey session)
    {
        writer.WriteString("AccessKeyId", session.Id);
        writer.WriteString("SecretAccessKey", session.Secret);
        writer.WriteString("Token", session.SessionToken);
        writer.WriteString(
            "Expiration",
            session.ExpiresAt!.Value.UtcDateTime.ToString(
                "yyyy-MM-dd'T'HH:mm:ss'Z'",
                System.Globalization.CultureInfo.InvariantCulture
            )
        );
    }
}
