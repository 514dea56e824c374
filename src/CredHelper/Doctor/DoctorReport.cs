using System.Text;
using System.Text.Json;
using CredHelper.Diagnostics;
using CredHelper.Platform;
using CredHelper.PullResolution;

namespace CredHelper.Doctor;

/// <summary>
/// What doctor says: findings as they come and the table of who signs in, for people; one JSON object with
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

    /// <summary>1 where something failed.</summary>
    public int ExitCode => _findings.Any(finding => finding.Verdict == Verdict.Fail) ? 1 : 0;

    public void Add(Finding finding)
    {
        _findings.Add(finding);
        if (asJson)
            return;
        ClearProgress();
        var text = new StringBuilder(Coloured(finding))
            .Append("  ")
            .Append(finding.Code)
            .Append("  ")
            .Append(finding.Text)
            .Append('\n');
        if (finding.Remedy is not null)
            text.Append("              -> ").Append(finding.Remedy).Append('\n');
        Terminal.Write(text.ToString());
    }

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
        foreach (IGrouping<PullView, JudgedImage> view in context.KnownResolutions.GroupBy(image => image.View))
        {
            string table = ResolutionTable.Of(
                view.Select(image => image.Resolution),
                context.Client.Kind == ClientKind.GitLabRunner,
                candidate => context.RouteFor(candidate.Helper, candidate.Key)?.ToString()
            );
            Terminal.Write($"\n{(view.Key.IsOneOfSeveral ? $"{view.Key.Title}:\n" : "")}{table}");
        }

        int failed = Count(Verdict.Fail),
            warned = Count(Verdict.Warn);
        Finding? first = _findings.Find(finding => finding.Verdict == Verdict.Fail);
        Terminal.Write(
            $"\n{Count(Verdict.Ok)} OK, {warned} {(warned == 1 ? "warning" : "warnings")}, {failed} "
                + $"{(failed == 1 ? "failure" : "failures")}, {Count(Verdict.Skip)} skipped"
                + $"{(first is null ? "" : $"; begin with {first.Code}: {first.Remedy}")}\n"
        );
    }

    private int Count(Verdict verdict) => _findings.Count(finding => finding.Verdict == verdict);

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
        foreach (Finding finding in _findings)
        {
            writer.WriteStartObject();
            writer.WriteString("code", finding.Code);
            writer.WriteString("status", finding.VerdictText);
            writer.WriteString("finding", finding.Text);
            writer.WriteString("remedy", finding.Remedy);
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
