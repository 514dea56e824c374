namespace CredHelper.Errors;

/// <summary>
/// The kinds of failures that the program distinguishes: they decide the line that is printed, the hint, and whether
/// the failure is recorded.
/// </summary>
internal enum FailureKind
{
    /// <summary>Any other failure.</summary>
    Other,

    /// <summary>The caller broke the helper protocol (verb, stdin).</summary>
    Usage,

    /// <summary>A configuration file or variable has an invalid value.</summary>
    Configuration,

    /// <summary>No source of AWS credentials applies.</summary>
    NoCredentials,

    /// <summary>Credentials were found but are expired or revoked.</summary>
    ExpiredCredentials,

    /// <summary>AWS recognizes the identity and refuses the operation.</summary>
    AccessDenied,

    /// <summary>A host cannot be resolved or connected to.</summary>
    Unreachable,

    /// <summary>A deadline expired.</summary>
    Timeout,

    /// <summary>
    /// IMDS, the last source of credentials, did not respond: there are no credentials, and another attempt is slow.
    /// </summary>
    MetadataTimeout,

    /// <summary>The server's certificate is not trusted.</summary>
    Tls,

    /// <summary>A proxy refused or failed.</summary>
    Proxy,

    /// <summary>The local clock differs too much from the clock of AWS.</summary>
    ClockSkew,

    /// <summary>AWS throttled the requests, retries included.</summary>
    Throttled,

    /// <summary>A server sent an invalid response.</summary>
    BadResponse,
}

/// <summary>
/// A failure to report to the user: one line with the problem and, if known, one with the fix. It is thrown anywhere
/// and caught once, in Program. Neither text ever contains a secret.
/// </summary>
internal sealed class HelperException(FailureKind kind, string message, string? hint = null, Exception? inner = null)
    : Exception(message, inner)
{
    public FailureKind Kind => kind;

    /// <summary>Whether no AWS identity was found, as opposed to one that was refused.</summary>
    public bool IsWithoutIdentity => kind is FailureKind.NoCredentials or FailureKind.MetadataTimeout;

    /// <summary>
    /// The AWS identity that was used or tried, described for people; null if the failure came before the identity was
    /// known.
    /// </summary>
    public string? IdentitySource { get; init; }

    /// <summary>Whether the user lacks a permission that root has.</summary>
    public bool NeedsRoot { get; init; }

    /// <summary>A command, setting or permission that fixes the problem; null if none is known.</summary>
    public string? Hint => hint ?? (NeedsRoot ? "run it with sudo" : null);

    /// <summary>
    /// The command in the hint, or all commands of it, for a user without the permission; null if there is none.
    /// </summary>
    public string? Command { get; init; }

    /// <summary>The message and the hint on one line.</summary>
    public string MessageAndHint => Hint is null ? Message : $"{Message}; hint: {Hint}";

    /// <summary>A bug in this program, which the user should report.</summary>
    public static HelperException OfFault(
        Exception fault,
        string hint = "set AWS_ECR_LOG=debug and report the output"
    ) =>
        new(
            FailureKind.Other,
            $"internal error: {fault.GetType().Name}: {ForeignText.Clean(fault.Message)}",
            hint,
            fault
        );
}
