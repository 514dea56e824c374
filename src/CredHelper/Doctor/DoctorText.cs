using System.Text;
using CredHelper.PullResolution;

namespace CredHelper.Doctor;

/// <summary>
/// Formats the report for a pipe or a file: one line for each finding, then the table of credentials. Scripts parse
/// this format, so it stays stable when <see cref="DoctorScreen"/> changes.
/// </summary>
internal static class DoctorText
{
    public static string Of(CheckContext context, IReadOnlyList<FindingGroup> groups)
    {
        var text = new StringBuilder();
        foreach (FindingGroup group in groups)
            Append(text, group);
        foreach (IGrouping<PullView, JudgedImage> view in context.KnownResolutions.GroupBy(image => image.View))
        {
            string table = ResolutionTable.Of(
                view.Select(image => image.Resolution),
                context.Client.Kind == ClientKind.GitLabRunner,
                context.RouteOf
            );
            text.Append($"\n{(view.Key.IsOneOfSeveral ? $"{view.Key.Title}:\n" : "")}{table}");
        }
        Finding? first = FirstToFix(groups);
        string end = first is null ? "" : $"; fix {first.Code} first: {first.Remedy?.Text}";
        return text.Append($"\n{Sum(groups)}{end}\n").ToString();
    }

    /// <summary>Failures that affect the pull of a requested image come before all others.</summary>
    public static Finding? FirstToFix(IReadOnlyList<FindingGroup> groups)
    {
        List<FindingGroup> failed = [.. groups.Where(group => group.Cause.Verdict == Verdict.Fail)];
        return (failed.Find(group => group.IsOfPull) ?? failed.FirstOrDefault())?.Cause;
    }

    /// <summary>The number of findings of each status.</summary>
    public static string Sum(IReadOnlyList<FindingGroup> groups)
    {
        int failed = FindingGroup.Count(groups, Verdict.Fail),
            warned = FindingGroup.Count(groups, Verdict.Warn);
        return $"{FindingGroup.Count(groups, Verdict.Ok)} OK, {warned} {(warned == 1 ? "warning" : "warnings")}, "
            + $"{failed} {(failed == 1 ? "failure" : "failures")}, {FindingGroup.Count(groups, Verdict.Skip)} skipped";
    }

    private static void Append(StringBuilder text, FindingGroup group)
    {
        const string Indent = "              ";
        Finding cause = group.Cause;
        text.Append($"{cause.VerdictText, -4}  {cause.Code}  {cause.Text}{cause.Detail}\n");
        if (cause.Remedy is { } remedy)
            text.Append($"{Indent}-> {remedy}\n");
        foreach (Finding consequence in group.Consequences)
            text.Append($"{Indent}causes {consequence.Code}  {consequence.Text}\n");
    }
}
