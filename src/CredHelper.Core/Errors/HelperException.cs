namespace CredHelper.Errors;

/// <summary>
/// What went wrong, as far as the program acts on it: exit line, hint, and whether a failure is remembered.
/// </summary>
internal enum FailureKind
{
    /// <summary>Anything without a kind of its own.</summary>
    Other,

    /// <summary>The caller broke the helper protocol (verb, stdin).</summary>
    Usage,

    /// <summary>A configuration file or variable holds something that cannot be used.</summary>
    Configuration,

    /// <summary>No source of AWS credentials applies.</summary>
    NoCredentials,

    /// <summary>Credentials were found but are expired or revoked.</summary>
    ExpiredCredentials,

    /// <summary>AWS knows the identity and refuses the operation.</summary>
    AccessDenied,

    /// <summary>A host cannot be resolved or connected to.</summary>
    Unreachable,

    /// <summary>A deadline passed.</summary>
    Timeout,

    /// <summary>
    /// Instance metadata, the last source of credentials, did not answer: no credentials, and costly to ask for again.
    /// </summary>
    MetadataTimeout,

    /// <summary>The server's certificate is not trusted.</summary>
    Tls,

    /// <summary>A proxy refused or failed.</summary>
    Proxy,

    /// <summary>The local clock is too far from AWS's.</summary>
    ClockSkew,

    /// <summary>AWS asked to slow down and the retries did not help.</summary>
    Throttled,

    /// <summary>A server answered something that makes no sense.</summary>
    BadResponse,
}

/// <summary>
/// A failure told to a person: one line of what failed and, where something helps, one of what to do.
/// Thrown anywhere, caught once in Program. Neither text ever holds a secret.
/// </summary>
internal sealed class HelperException(FailureKind kind, string message, string? hint = null, Exception? inner = null)
    : Exception(message, inner)
{
    public FailureKind Kind => kind;

    /// <summary>Whether no AWS identity was found, other than one that was refused.</summary>
    public bool IsWithoutIdentity => kind is FailureKind.NoCredentials or FailureKind.MetadataTimeout;

    /// <summary>
    /// The AWS identity that was used or tried, in words; null where the failure came before one was known.
    /// </summary>
    public string? IdentitySource { get; init; }

    /// <summary>Whether the user lacks a permission that root has.</summary>
    public bool NeedsRoot { get; init; }

    /// <summary>A command, setting or permission that helps; null where nothing is known to.</summary>
    public string? Hint => hint ?? (NeedsRoot ? "run it with sudo" : null);

    /// <summary>
    /// The command in the hint, or the whole of it, for the user who lacks something; null if there is none.
    /// </summary>
    public string? Command { get; init; }

    /// <summary>Both on one line.</summary>
    public string MessageAndHint => Hint is null ? Message : $"{Message}; hint: {Hint}";

    /// <summary>A fault of this program, to be reported by who meets it.</summary>
    public static HelperException OfFault(
        Exception fault,
        string hint = "set AWS_ECR_LOG=debug and report what it prints"
    ) =>
        new(
            FailureKind.Other,
            $"internal error: {fault.GetType().Name}: {ForeignText.Clean(fault.Message)}",
            hint,
            fault
        );
}
