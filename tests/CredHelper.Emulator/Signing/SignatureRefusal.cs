namespace CredHelper.Emulator.Signing;

/// <summary>Why a signed request is refused; each service has its own name for the error.</summary>
internal enum RefusalReason
{
    MissingAuthentication,
    Incomplete,
    UnknownKey,
    ExpiredSession,
    Mismatch,
}

/// <summary>A request with an invalid signature, with the message of AWS.</summary>
internal sealed class SignatureRefusal(RefusalReason reason, string message) : Exception(message)
{
    public RefusalReason Reason => reason;
}
