using System.Text;
using System.Text.Json;
using CredHelper.JobEnvironment;

namespace CredHelper.PullResolution;

/// <summary>Resolutions as a table for people and as JSON.</summary>
internal static class ResolutionTable
{
    private static readonly string[] Heads = ["SOURCE", "KEY", "HOW", "OUTCOME", ""];

    /// <param name="isRunner">Whether a runner signs in, with what it finds, or docker and podman, with what a login
    /// left.</param>
    /// <param name="routeOf">Where this program passes a request on to, for people; null if it answers itself.</param>
    public static string Of(IEnumerable<ImageResolution> resolutions, bool isRunner, Func<Candidate, string?> routeOf)
    {
        var text = new StringBuilder();
        foreach (ImageResolution resolution in resolutions)
        {
            text.Append(resolution.Image).Append('\n');
            List<string[]> rows = [Heads];
            for (int i = 0; i < resolution.Candidates.Count; i++)
                rows.Add(Row(resolution.Candidates[i], i == resolution.Winner));
            if (rows.Count > 1)
                Append(text, rows);
            foreach (string route in resolution.Candidates.Select(routeOf).OfType<string>().Distinct())
                text.Append($"  route: {route}\n");
            foreach (DroppedSource dropped in resolution.Dropped)
                text.Append($"  {dropped.Source} is passed over whole: {dropped.Reason} (said by: {dropped.SaidBy})\n");
            text.Append(
                resolution.FatalReason is { } fatal
                    ? $"  the pull fails: {fatal}\n"
                    : $"  signs in by: {WayOf(resolution, isRunner)}\n"
            );
        }
        return text.ToString();
    }

    private static string WayOf(ImageResolution resolution, bool isRunner) =>
        resolution is { Used: null, IsOfJob: true }
            ? "nothing yet; a login with the job token would do"
            : WayOf(resolution.Used, isRunner);

    /// <summary>One of the four ways of signing in, or none.</summary>
    public static string WayOf(Candidate? used, bool isRunner) =>
        used switch
        {
            null => "nothing; the pull is anonymous",
            { Outcome: Outcome.Empty } => "an entry without credentials; the pull is anonymous",
            { Source: PayloadCredential.SourceName } => "job token",
            { Helper: { } helper } => $"credential helper ({helper})",
            { Source: ConfigSource.Variable } => "config file",
            { Username: GitLabRegistry.JobTokenUser } => "job token (kept by docker login)",
            _ => isRunner ? "config file" : "manual variable (kept by docker login)",
        };

    public static void Write(Utf8JsonWriter writer, ImageResolution resolution, Func<Candidate, string?> routeOf)
    {
        writer.WriteStartObject();
        writer.WriteString("image", resolution.Image);
        writer.WriteStartArray("candidates");
        foreach (Candidate candidate in resolution.Candidates)
        {
            writer.WriteStartObject();
            writer.WriteString("source", candidate.Source);
            writer.WriteString("key", candidate.Key);
            writer.WriteString("via", candidate.Via);
            writer.WriteString("helper", candidate.Helper);
            if (routeOf(candidate) is { } route)
                writer.WriteString("route", route);
            writer.WriteString("username", candidate.Username);
            writer.WriteString("outcome", candidate.OutcomeText);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        if (resolution.Winner is { } winner)
            writer.WriteNumber("winner", winner);
        else
            writer.WriteNull("winner");
        writer.WriteStartArray("dropped");
        foreach (DroppedSource dropped in resolution.Dropped)
        {
            writer.WriteStartObject();
            writer.WriteString("source", dropped.Source);
            writer.WriteString("reason", dropped.Reason);
            writer.WriteString("saidBy", dropped.SaidBy);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteString("failure", resolution.FatalReason);
        writer.WriteEndObject();
    }

    private static string[] Row(Candidate candidate, bool isWinner) =>
        [
            candidate.Source,
            candidate.Key,
            candidate.Helper is { } helper ? $"{candidate.Via}: {helper}" : "static",
            candidate.OutcomeText,
            isWinner ? "<- used" : "",
        ];

    private static void Append(StringBuilder text, List<string[]> rows)
    {
        int[] widths = [.. Enumerable.Range(0, Heads.Length).Select(column => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
        {
            text.Append("  ")
                .Append(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd())
                .Append('\n');
        }
    }
}
