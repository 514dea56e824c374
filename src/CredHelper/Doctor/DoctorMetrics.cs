using CredHelper.Cache;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Output;
using CredHelper.PullResolution;

namespace CredHelper.Doctor;

/// <summary>
/// What doctor prints with <c>--format prometheus</c>. Every sample names the client and its user, since two files in
/// the collector's directory must not hold the same sample. Labels have few values: no message, no image.
/// </summary>
internal static class DoctorMetrics
{
    private static readonly Verdict[] Problems = [Verdict.Warn, Verdict.Fail];

    public static string Of(CheckContext context, IReadOnlyList<FindingGroup> groups)
    {
        var text = new PrometheusText([
            ("client", PullClient.NameOf(context.Client.Kind)),
            ("user", ForeignText.Printable(Commands.ClientUser)),
        ]);
        AddRun(text, context, groups);
        AddTokens(text, context);
        text.Add(
            "ecr_login_last_failure_timestamp_seconds",
            "Time of the last failed get of a registry that no issued token has followed.",
            LastFailures
                .Of(context)
                .Select(failure =>
                    (
                        new[] { ("registry", failure.Registry), ("reason", FailureReason.Of(failure.FailureKind)) },
                        failure.At / 1000.0
                    )
                )
        );
        return text.ToString();
    }

    private static void AddRun(PrometheusText text, CheckContext context, IReadOnlyList<FindingGroup> groups)
    {
        text.Add("ecr_login_build_info", "The version of the program.", [([("version", ProgramVersion.Number)], 1)]);
        text.Add(
            "ecr_login_doctor_last_run_timestamp_seconds",
            "Time at which doctor was last started.",
            context.StartedAt.ToUnixTimeMilliseconds() / 1000.0
        );
        text.Add(
            "ecr_login_doctor_duration_seconds",
            "Duration of that run.",
            Math.Max(0, Math.Round((TimeProvider.System.GetUtcNow() - context.StartedAt).TotalSeconds, 3))
        );
        text.Add(
            "ecr_login_doctor_success",
            "Whether doctor found no failure (1) or at least one (0).",
            FindingGroup.Count(groups, Verdict.Fail) == 0 ? 1 : 0
        );
        text.Add(
            "ecr_login_doctor_checks",
            "Findings of doctor by status.",
            Enum.GetValues<Verdict>()
                .Select(verdict => (new[] { ("status", NameOf(verdict)) }, (double)FindingGroup.Count(groups, verdict)))
        );
        text.Add(
            "ecr_login_doctor_problems",
            "Warnings and failures of doctor by the code in its documentation.",
            groups
                .Select(group => group.Cause)
                .Where(finding => Problems.Contains(finding.Verdict))
                .GroupBy(finding => (finding.Code, finding.Verdict))
                .Select(group =>
                    (new[] { ("code", group.Key.Code), ("status", NameOf(group.Key.Verdict)) }, (double)group.Count())
                )
        );
    }

    private static void AddTokens(PrometheusText text, CheckContext context)
    {
        // Several identities may have a token of one registry from a source of the same name.
        List<CachedToken> tokens =
        [
            .. CacheListing
                .Of(context.SettingsEnvironment)
                .GroupBy(token => (token.Registry, token.Source))
                .Select(group => group.MaxBy(token => token.ExpiresAt)!),
        ];
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Add("ecr_login_token_issued_timestamp_seconds", "Time at which a cached token was issued.", t => t.IssuedAt);
        Add("ecr_login_token_expiry_timestamp_seconds", "Time at which a cached token expires.", t => t.ExpiresAt);
        Add("ecr_login_token_age_seconds", "Age of a cached token in that run.", t => Math.Max(0, now - t.IssuedAt));
        Add(
            "ecr_login_token_expires_in_seconds",
            "Seconds from that run until a cached token expires; negative for an expired one.",
            t => t.ExpiresAt - now
        );

        void Add(string name, string help, Func<CachedToken, double> valueOf) =>
            text.Add(
                name,
                help,
                tokens.Select(token =>
                    (
                        new[] { ("registry", token.Registry), ("source", ForeignText.Printable(token.Source)) },
                        valueOf(token)
                    )
                )
            );
    }

    private static string NameOf(Verdict verdict) =>
        verdict switch
        {
            Verdict.Ok => "ok",
            Verdict.Warn => "warn",
            Verdict.Fail => "fail",
            _ => "skip",
        };
}
