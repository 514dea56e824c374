using System.Globalization;
using System.Text;
using CredHelper.CachedGet;
using CredHelper.Errors;

namespace CredHelper.Cache;

/// <summary>
/// The last failure of one registry under one identity. doctor shows it, and for a short time it answers requests
/// directly if another attempt would only wait for the same deadline. Times are Unix milliseconds. It holds no secret.
/// </summary>
internal sealed record FailureRecord(string Registry, long At, FailureKind FailureKind, string Message, string? Hint)
{
    /// <summary>
    /// The digests of the inputs, other than the key, that the failed call depended on. With other inputs the call may
    /// succeed.
    /// </summary>
    public string Scope { get; init; } = "";

    /// <summary>
    /// The scope of a failure whose inputs cannot be determined. Such a failure answers no other request.
    /// </summary>
    public const string UnknownScope = "unknown";

    /// <inheritdoc cref="FailurePause.Refresh"/>
    public static readonly TimeSpan RefreshPause = TimeSpan.FromMilliseconds(FailurePause.Refresh);

    /// <summary>
    /// How long an endpoint that did not respond is not called again. GitLab Runner requests credentials for every
    /// registry entry for every image, so each call would wait for the deadline.
    /// </summary>
    public static readonly TimeSpan OutagePause = TimeSpan.FromSeconds(30);

    /// <inheritdoc cref="FailurePause.Kind"/>
    public static string Kind => Encoding.UTF8.GetString(FailurePause.Kind);

    public bool IsWithin(TimeSpan span, DateTimeOffset now) =>
        FailurePause.IsWithin(At, (long)span.TotalMilliseconds, now.ToUnixTimeMilliseconds());

    /// <summary>Whether a token of the registry was issued after the failure, under any identity.</summary>
    public bool IsOver(CachedToken token) => token.Registry == Registry && token.IssuedAt >= At / 1000;

    public byte[] Format(ReadOnlySpan<byte> seed) =>
        RecordFile.Format(
            Kind,
            seed,
            [
                new("registry", Registry),
                new("at", At.ToString(CultureInfo.InvariantCulture)),
                new("kind", FailureKind.ToString()),
                new("message", Message),
                new("hint", Hint ?? ""),
                new("scope", Scope),
            ]
        );

    public static FailureRecord? Parse(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> content)
    {
        if (
            RecordFile.Parse(Kind, seed, content)
            is not [

                ("registry", var registry),

                ("at", var at),

                ("kind", var kind),

                ("message", var message),

                ("hint", var hint),

                ("scope", var scope),
            ]
        )
        {
            return null;
        }

        return
            long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out long time)
            && Enum.TryParse(kind, out FailureKind failure)
            && Enum.IsDefined(failure)
            ? new FailureRecord(registry, time, failure, message, hint.Length > 0 ? hint : null) { Scope = scope }
            : null;
    }
}
