using System.Text;
using System.Text.Json;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.JobEnvironment;
using CredHelper.Output;

namespace CredHelper.PullResolution;

/// <summary>Formats resolutions as a table and as JSON.</summary>
internal static class ResolutionTable
{
    private static readonly string[] Heads = ["SOURCE", "KEY", "HOW", "OUTCOME", ""];

    /// <param name="isRunner">Whether GitLab Runner pulls; docker and podman use what a login stored.</param>
    /// <param name="routeOf">The helper or login to which this program passes a request, for people; null if it answers
    /// itself.</param>
    public static string Of(IEnumerable<ImageResolution> resolutions, bool isRunner, Func<Candidate, string?> routeOf)
    {
        var text = new StringBuilder();
        foreach (ImageResolution resolution in resolutions)
        {
            text.Append(ForeignText.Line(resolution.Image)).Append('\n');
            if (resolution.Candidates.Count > 0)
                Append(text, [Heads, .. Rows(resolution)]);
            foreach (string remark in Remarks(resolution, isRunner, routeOf))
                text.Append("  ").Append(ForeignText.Line(remark)).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>The same for a terminal.</summary>
    /// <inheritdoc cref="Of"/>
    public static void AddTo(
        TextLayout layout,
        IEnumerable<ImageResolution> resolutions,
        bool isRunner,
        Func<Candidate, string?> routeOf
    )
    {
        const int Indent = 2,
            Hanging = 4;
        foreach (ImageResolution resolution in resolutions)
        {
            layout.AddLine(resolution.Image, Colour.Bold);
            if (resolution.Candidates.Count > 0)
            {
                TextTable.Add(
                    layout,
                    Heads,
                    [.. Rows(resolution)],
                    Indent,
                    row => row == resolution.Winner ? Colour.Green : Colour.None
                );
            }
            foreach (string remark in Remarks(resolution, isRunner, routeOf))
                layout.Add([Styled.Blanks(Indent)], remark, Hanging);
        }
    }

    private static IEnumerable<string[]> Rows(ImageResolution resolution) =>
        resolution.Candidates.Select((candidate, index) => Row(candidate, index == resolution.Winner));

    /// <summary>The lines below the table of an image.</summary>
    private static IEnumerable<string> Remarks(
        ImageResolution resolution,
        bool isRunner,
        Func<Candidate, string?> routeOf
    )
    {
        foreach (string route in resolution.Candidates.Select(routeOf).OfType<string>().Distinct())
            yield return $"route: {route}";
        foreach (DroppedSource dropped in resolution.Dropped)
            yield return $"{dropped.Source} is ignored: {dropped.Reason} ({LogOf(dropped)})";
        yield return resolution.FatalReason is { } fatal
            ? $"the pull fails: {fatal}"
            : $"credentials: {MethodOf(resolution, isRunner)}";
    }

    private static string LogOf(DroppedSource dropped) =>
        dropped.SaidBy == "nobody" ? "not logged" : $"logged by: {dropped.SaidBy}";

    private static string MethodOf(ImageResolution resolution, bool isRunner) =>
        resolution is { Used: null, IsOfJob: true }
            ? "none yet (log in with the job token)"
            : MethodOf(resolution.Used, isRunner);

    /// <summary>The authentication method of a pull, if it is not anonymous.</summary>
    public static string MethodOf(Candidate? used, bool isRunner) =>
        used switch
        {
            null => "none (anonymous pull)",
            { Outcome: Outcome.Empty } => "none in the matching entry (anonymous pull)",
            { Source: PayloadCredential.SourceName } => "job token",
            { Via: KubeletResolution.Via, Helper: { } provider } => $"credential provider ({provider})",
            { Helper: { } helper } => $"credential helper ({helper})",
            { Source: ConfigSource.Variable } => "config file",
            { Username: GitLabRegistry.JobTokenUser } => "job token (stored by docker login)",
            _ => isRunner ? "config file" : "stored credential (docker login)",
        };

    public static void Write(Utf8JsonWriter writer, ImageResolution resolution, Func<Candidate, string?> routeOf)
    {
        writer.WriteStartObject();
        writer.WriteString("image", ForeignText.Line(resolution.Image));
        writer.WriteStartArray("candidates");
        foreach (Candidate candidate in resolution.Candidates)
        {
            writer.WriteStartObject();
            writer.WriteString("source", ForeignText.Line(candidate.Source));
            writer.WriteString("key", ForeignText.Line(candidate.Key));
            writer.WriteString("via", ForeignText.Line(candidate.Via));
            writer.WriteString("helper", LineOrNull(candidate.Helper));
            if (routeOf(candidate) is { } route)
                writer.WriteString("route", ForeignText.Line(route));
            writer.WriteString("username", LineOrNull(candidate.Username));
            writer.WriteString("outcome", ForeignText.Line(candidate.OutcomeText));
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteNumberOrNull("winner", resolution.Winner);
        writer.WriteStartArray("dropped");
        foreach (DroppedSource dropped in resolution.Dropped)
        {
            writer.WriteStartObject();
            writer.WriteString("source", ForeignText.Line(dropped.Source));
            writer.WriteString("reason", ForeignText.Line(dropped.Reason));
            writer.WriteString("saidBy", ForeignText.Line(dropped.SaidBy));
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteString("failure", LineOrNull(resolution.FatalReason));
        writer.WriteEndObject();
    }

    private static string? LineOrNull(string? text) => text is null ? null : ForeignText.Line(text);

    private static string[] Row(Candidate candidate, bool isWinner) =>
        [
            ForeignText.Line(candidate.Source),
            ForeignText.Line(candidate.Key),
            candidate.Helper is { } helper ? ForeignText.Line($"{candidate.Via}: {helper}") : "static",
            ForeignText.Line(candidate.OutcomeText),
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
