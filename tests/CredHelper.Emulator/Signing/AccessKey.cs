namespace CredHelper.Emulator;

/// <summary>A key for signing requests: long-term, or of a session if it has a session token.</summary>
public sealed record AccessKey(string Id, string Secret, string Account)
{
    /// <summary>The two long-term keys that every emulator accepts.</summary>
    public static IReadOnlyList<AccessKey> Known { get; } =
    [
        new("AKIDEXAMPLE000000001", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "123456789012"),
        new("AKIDEXAMPLE000000002", "second+Secret/For+Tests/EXAMPLEKEY00000002", "210987654321"),
    ];

    /// <summary>A session that every emulator accepts, for files that contain one from the start.</summary>
    public static AccessKey KnownSession { get; } =
        new("ASIAEXAMPLE000000030", "session+Secret/For+Tests/EXAMPLEKEY00000030", "123456789012")
        {
            SessionToken = "FwoGZXIvYXdzEEXAMPLEknownSessionToken00000030",
            Arn = "arn:aws:sts::123456789012:assumed-role/sample/session",
        };

    public string? SessionToken { get; init; }

    /// <summary>The subject of the web identity token that created the session; null for other keys.</summary>
    public string? Subject { get; init; }

    /// <summary>The end of the session, by the emulated clock.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The caller's ARN as returned by GetCallerIdentity.</summary>
    public string Arn
    {
        get => field ?? $"arn:aws:iam::{Account}:user/sample";
        init;
    }

    /// <summary>The caller's unique ID.</summary>
    public string UserId
    {
        get => field ?? "AIDAEXAMPLE" + Account[..9];
        init;
    }

    /// <summary>The ARN, and the subject of its web identity if it has one.</summary>
    public string Principal => Subject is null ? Arn : $"{Arn} for {Subject}";

    public override string ToString() => $"AccessKey {Id} of {Account}";
}
