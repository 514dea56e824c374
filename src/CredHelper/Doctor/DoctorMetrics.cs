using CredHelper.Cache;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Output;
using CredHelper.PullResolution;

namespace CredHelper.Doctor;

/// <summary>
/// Formats the metrics of <c>--format prometheus</c>. Every sample is labelled with the client and its user, because
/// two files in the collector's directory must not contain the same sample. Labels have few distinct values: never a
/// message or an image.
/// </summary>
internal static class DoctorMetrics
{
    public static string Of(CheckContext context, IReadOnlyList<FindingGroup> groups)
    {
        var text = new PrometheusText(
            $"{PrometheusText.Label("client", PullClient.NameOf(context.Client.Kind))},"
                + PrometheusText.Label("user", Commands.ClientUser)
        );
        AddRun(text, context, groups);
        AddTokens(text, context);
        AddFailures(text, context);
        return text.ToString();
    }

    private static void AddRun(PrometheusText text, CheckContext context, IReadOnlyList<FindingGroup> groups)
    {
        const string Build = "ecr_login_build_info",
            Checks = "ecr_login_doctor_checks",
            Problems = "ecr_login_doctor_problems";
        text.AddFamily(Build, "The version of the program.");
        text.AddSample(Build, 1, PrometheusText.Label("version", ProgramVersion.Number));
        text.Add(
            "ecr_login_doctor_last_run_timestamp_seconds",
            "Start time of the last run of doctor.",
            context.StartedAt.ToUnixTimeMilliseconds() / 1000.0
        );
        text.Add(
            "ecr_login_doctor_duration_seconds",
            "Duration of the last run of doctor.",
            Math.Max(0, Math.Round((TimeProvider.System.GetUtcNow() - context.StartedAt).TotalSeconds, 3))
        );
        text.Add(
            "ecr_login_doctor_success",
            "Whether the last run of doctor found no failure (1) or at least one (0).",
            FindingGroup.Count(groups, Verdict.Fail) == 0 ? 1 : 0
        );
        text.AddFamily(Checks, "Findings of the last run of doctor by status.");
        foreach (Verdict verdict in (Verdict[])[Verdict.Ok, Verdict.Warn, Verdict.Fail, Verdict.Skip])
            text.AddSample(Checks, FindingGroup.Count(groups, verdict), Status(verdict));
        List<Finding> problems =
        [
            .. groups.Select(group => group.Cause).Where(finding => finding.Verdict is Verdict.Warn or Verdict.Fail),
        ];
        if (problems.Count > 0)
            text.AddFamily(Problems, "Warnings and failures of the last run of doctor by code.");
        foreach (Finding first in problems.DistinctBy(finding => finding.Code + finding.VerdictText))
        {
            int count = problems.Count(finding => finding.Code == first.Code && finding.Verdict == first.Verdict);
            text.AddSample(Problems, count, PrometheusText.Label("code", first.Code), Status(first.Verdict));
        }
    }

    private static void AddTokens(PrometheusText text, CheckContext context)
    {
        // Several identities may have a token for the same registry from sources with the same name.
        List<CachedToken> tokens =
        [
            .. CacheListing
                .Of(context.SettingsEnvironment)
                .OrderByDescending(token => token.ExpiresAt)
                .DistinctBy(token => $"{token.Registry} {token.Source}"),
        ];
        if (tokens.Count == 0)
            return;
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Add("ecr_login_token_issued_timestamp_seconds", "Time at which a cached token was issued.", t => t.IssuedAt);
        Add("ecr_login_token_expiry_timestamp_seconds", "Time at which a cached token expires.", t => t.ExpiresAt);
        Add(
            "ecr_login_token_age_seconds",
            "Age of a cached token at the last run of doctor.",
            t => Math.Max(0, now - t.IssuedAt)
        );
        Add(
            "ecr_login_token_expires_in_seconds",
            "Seconds until a cached token expires, at the last run of doctor; negative if it has expired.",
            t => t.ExpiresAt - now
        );

        void Add(string name, string help, Func<CachedToken, long> valueOf)
        {
            text.AddFamily(name, help);
            foreach (CachedToken token in tokens)
            {
                string source = PrometheusText.Label("source", token.Source);
                text.AddSample(name, valueOf(token), Registry(token.Registry), source);
            }
        }
    }

    private static void AddFailures(PrometheusText text, CheckContext context)
    {
        const string Name = "ecr_login_last_failure_timestamp_seconds";
        IReadOnlyList<FailureRecord> failures = LastFailures.Of(context);
        if (failures.Count > 0)
            text.AddFamily(Name, "Time of the last failed get of a registry, unless a token has been issued since.");
        foreach (FailureRecord failure in failures)
        {
            string reason = PrometheusText.Label("reason", FailureReason.Of(failure.FailureKind));
            text.AddSample(Name, failure.At / 1000.0, Registry(failure.Registry), reason);
        }
    }

    private static string Registry(string host) => PrometheusText.Label("registry", host);

    private static string Status(Verdict verdict) =>
        PrometheusText.Label("status", Finding.TextOf(verdict).ToLowerInvariant());
}
