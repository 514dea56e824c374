namespace CredHelper.Emulator.Signing;

/// <summary>Why a signed request is refused; each service has its own name for it.</summary>
internal enum RefusalReason
{
    MissingAuthentication,
    Incomplete,
    UnknownKey,
    ExpiredSession,
    Mismatch,
}

/// <summary>A request whose signature does not hold, with the message that AWS gives.</summary>
internal sealed class SignatureRefusal(RefusalReason reason, string message) : Exception(message)
{
    public RefusalReason Reason => reason;
}
