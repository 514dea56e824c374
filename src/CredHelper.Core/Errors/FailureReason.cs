namespace CredHelper.Errors;

/// <summary>The kinds of failures as machine-readable names: a label of metrics, a value in JSON.</summary>
internal static class FailureReason
{
    public static string Of(FailureKind kind) =>
        kind switch
        {
            FailureKind.Usage => "usage",
            FailureKind.Configuration => "configuration",
            FailureKind.NoCredentials => "no-credentials",
            FailureKind.ExpiredCredentials => "expired-credentials",
            FailureKind.AccessDenied => "access-denied",
            FailureKind.Unreachable => "unreachable",
            FailureKind.Timeout => "timeout",
            FailureKind.MetadataTimeout => "metadata-timeout",
            FailureKind.Tls => "tls",
            FailureKind.Proxy => "proxy",
            FailureKind.ClockSkew => "clock-skew",
            FailureKind.Throttled => "throttled",
            FailureKind.BadResponse => "bad-response",
            _ => "other",
        };
}
