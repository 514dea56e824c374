using System.Text;
using System.Text.Json;
using CredHelper.Diagnostics;
using CredHelper.Platform;
using CredHelper.PullResolution;

namespace CredHelper.Doctor;

/// <summary>
/// What doctor prints: findings and the table of who signs in, for people; one JSON object with
/// <c>--json</c> (docs/DOCTOR.md has its schema).
/// </summary>
internal sealed class DoctorReport(bool asJson)
{
    private readonly List<Finding> _findings = [];
    private readonly bool _isColoured =
        !asJson
        && !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or null);
    private readonly bool _hasProgress = !asJson && !Console.IsErrorRedirected && !Console.IsOutputRedirected;

    private bool _isProgressShown;

    /// <summary>1 if something failed.</summary>
    public int ExitCode => _findings.Any(finding => finding.Verdict == Verdict.Fail) ? 1 : 0;

    public void Add(Finding finding) => _findings.Add(finding);

    public void ShowProgress(string? what)
    {
        ClearProgress();
        if (!_hasProgress || what is null)
            return;
        Terminal.WriteError($"{what} …");
        _isProgressShown = true;
    }

    public void Print(CheckContext context)
    {
        if (asJson)
        {
            PrintJson(context);
            return;
        }
        IReadOnlyList<FindingGroup> groups = FindingGroup.Of(_findings);
        foreach (FindingGroup group in groups)
            Terminal.Write(TextOf(group));
        foreach (IGrouping<PullView, JudgedImage> view in context.KnownResolutions.GroupBy(image => image.View))
        {
            string table = ResolutionTable.Of(
                view.Select(image => image.Resolution),
                context.Client.Kind == ClientKind.GitLabRunner,
                candidate => context.RouteFor(candidate.Helper, candidate.Key)?.ToString()
            );
            Terminal.Write($"\n{(view.Key.IsOneOfSeveral ? $"{view.Key.Title}:\n" : "")}{table}");
        }

        int failed = Count(groups, Verdict.Fail),
            warned = Count(groups, Verdict.Warn);
        Finding? first = FirstToFix(groups);
        Terminal.Write(
            $"\n{Count(groups, Verdict.Ok)} OK, {warned} {(warned == 1 ? "warning" : "warnings")}, {failed} "
                + $"{(failed == 1 ? "failure" : "failures")}, {Count(groups, Verdict.Skip)} skipped"
                + $"{(first is null ? "" : $"; begin with {first.Code}: {first.Remedy?.Text}")}\n"
        );
    }

    /// <summary>What the pull of an image depends on comes before everything else that fails.</summary>
    private static Finding? FirstToFix(IReadOnlyList<FindingGroup> groups)
    {
        List<FindingGroup> failed = [.. groups.Where(group => group.Cause.Verdict == Verdict.Fail)];
        return (failed.Find(group => group.IsOfPull) ?? failed.FirstOrDefault())?.Cause;
    }

    private static int Count(IReadOnlyList<FindingGroup> groups, Verdict verdict) =>
        groups.Count(group => group.Cause.Verdict == verdict);

    private string TextOf(FindingGroup group)
    {
        const string Indent = "              ";
        Finding cause = group.Cause;
        var text = new StringBuilder($"{Coloured(cause)}  {cause.Code}  {cause.Text}{cause.Detail}\n");
        if (cause.Remedy is { } remedy)
            text.Append($"{Indent}-> {remedy}\n");
        foreach (Finding consequence in group.Consequences)
            text.Append($"{Indent}so {consequence.Code}  {consequence.Text}\n");
        return text.ToString();
    }

    private void ClearProgress()
    {
        if (_isProgressShown)
            Terminal.WriteError("\r\e[K");
        _isProgressShown = false;
    }

    private string Coloured(Finding finding)
    {
        string word = finding.VerdictText.PadRight(4);
        if (!_isColoured)
            return word;
        int colour = finding.Verdict switch
        {
            Verdict.Ok => 32,
            Verdict.Warn => 33,
            Verdict.Fail => 31,
            _ => 90,
        };
        return $"\e[{colour}m{word}\e[0m";
    }

    private void PrintJson(CheckContext context) =>
        StandardStreams.WriteOutput(JsonOutput.FormatLine(writer => Write(writer, context), isIndented: true));

    private void Write(Utf8JsonWriter writer, CheckContext context)
    {
        writer.WriteStartObject();
        writer.WriteNumber("schema", 1);
        writer.WriteString("version", ProgramVersion.Full);
        writer.WriteString("as", PullClient.NameOf(context.Client.Kind));
        writer.WriteBoolean("ok", ExitCode == 0);
        writer.WriteStartArray("findings");
        foreach (FindingGroup group in FindingGroup.Of(_findings))
        {
            writer.WriteStartObject();
            WriteFields(writer, group.Cause, group.Cause.Detail);
            writer.WriteStartArray("consequences");
            foreach (Finding consequence in group.Consequences)
            {
                writer.WriteStartObject();
                WriteFields(writer, consequence, detail: "");
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("images");
        foreach (JudgedImage image in context.KnownResolutions)
        {
            writer.WriteStartObject();
            Write(writer, image.View.Runners);
            writer.WritePropertyName("resolution");
            ResolutionTable.Write(
                writer,
                image.Resolution,
                candidate => context.RouteFor(candidate.Helper, candidate.Key)?.ToString()
            );
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        CacheListing.Write(writer, context.Environment);
        writer.WriteEndObject();
    }

    private static void WriteFields(Utf8JsonWriter writer, Finding finding, string detail)
    {
        writer.WriteString("code", finding.Code);
        writer.WriteString("status", finding.VerdictText);
        writer.WriteString("finding", finding.Text + detail);
        writer.WriteString("remedy", finding.Remedy?.Text);
        if (finding.Remedy is { } remedy)
            writer.WriteBoolean("remedyIsCommand", remedy.IsCommand);
        else
            writer.WriteNull("remedyIsCommand");
    }

    private static void Write(Utf8JsonWriter writer, IReadOnlyList<RunnerSummary> runners)
    {
        writer.WriteStartArray("runners");
        foreach (RunnerSummary runner in runners)
        {
            writer.WriteStartObject();
            writer.WriteString("name", runner.Name);
            writer.WriteString("executor", runner.Executor);
            if (runner.Id is { } id)
                writer.WriteNumber("id", id);
            else
                writer.WriteNull("id");
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
