using System.Text;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Output;

namespace CredHelper.Doctor;

/// <summary>The findings of one diagnosis, and the report in text, JSON or metrics.</summary>
/// <param name="format">The output format.</param>
/// <param name="isForFile">Whether the report is written to a file instead of standard output.</param>
internal sealed class DoctorReport(ReportFormat format, bool isForFile = false)
{
    private readonly List<Finding> _findings = [];
    private readonly TerminalStyle _style =
        format == ReportFormat.Text && !isForFile ? TerminalStyle.Current : TerminalStyle.Plain;
    private Progress? _progress;

    /// <summary>1 if a finding is a failure, otherwise 0.</summary>
    public int ExitCode => _findings.Any(finding => finding.Verdict == Verdict.Fail) ? 1 : 0;

    public void Add(Finding finding) => _findings.Add(finding);

    public void ShowProgress(string? what) => (_progress ??= Progress.For(_style)).Show(what);

    /// <summary>Renders the report.</summary>
    public byte[] Format(CheckContext context)
    {
        IReadOnlyList<FindingGroup> groups = FindingGroup.Of(_findings);
        return format switch
        {
            ReportFormat.Json => JsonOutput.FormatLine(
                writer => DoctorJson.Write(writer, context, groups),
                isIndented: true
            ),
            ReportFormat.Prometheus => Encoding.UTF8.GetBytes(DoctorMetrics.Of(context, groups)),
            _ => Encoding.UTF8.GetBytes(
                _style.HasLayout
                    ? DoctorScreen.Of(context, groups, _style)
                    : ForeignText.Lines(DoctorText.Of(context, groups))
            ),
        };
    }
}
