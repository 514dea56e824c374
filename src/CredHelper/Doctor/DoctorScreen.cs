using CredHelper.Output;
using CredHelper.PullResolution;

namespace CredHelper.Doctor;

/// <summary>
/// Formats the report for a terminal: findings about the machine first, then a section for each registry with its host
/// as the title. Text is wrapped; commands are not, so that they can be copied.
/// </summary>
internal static class DoctorScreen
{
    private const int StatusWidth = 4;

    public static string Of(CheckContext context, IReadOnlyList<FindingGroup> groups, TerminalStyle style)
    {
        var layout = new TextLayout(style);
        IReadOnlyList<string> hosts = context.Hosts;
        foreach (FindingGroup group in groups.Where(group => group.Cause.RegistryAmong(hosts) is null))
            Add(layout, group, host: null);
        foreach (string host in hosts)
        {
            List<FindingGroup> ofHost = [.. groups.Where(group => group.Cause.RegistryAmong(hosts) == host)];
            if (ofHost.Count == 0)
                continue;
            layout.AddBlankLine();
            layout.AddLine(host, Colour.Bold);
            foreach (FindingGroup group in ofHost)
                Add(layout, group, host);
        }
        AddResolutions(layout, context);
        layout.AddBlankLine();
        AddSum(layout, groups);
        return layout.ToString();
    }

    private static void AddResolutions(TextLayout layout, CheckContext context)
    {
        foreach (IGrouping<PullView, JudgedImage> view in context.KnownResolutions.GroupBy(image => image.View))
        {
            layout.AddBlankLine();
            if (view.Key.IsOneOfSeveral)
                layout.AddLine($"{view.Key.Title}:");
            ResolutionTable.AddTo(
                layout,
                view.Select(image => image.Resolution),
                context.Client.Kind == ClientKind.GitLabRunner,
                context.RouteOf
            );
        }
    }

    private static void Add(TextLayout layout, FindingGroup group, string? host)
    {
        const string Arrow = "-> ";
        Finding cause = group.Cause;
        string margin = host is null ? "" : "  ",
            gap = "  ";
        int indent = margin.Length + StatusWidth + gap.Length + cause.Code.Length + gap.Length;
        layout.Add(
            [
                new Styled(margin),
                new Styled(cause.VerdictText.PadRight(StatusWidth), ColourOf(cause.Verdict)),
                new Styled(gap),
                new Styled(cause.Code, Colour.Faint),
                new Styled(gap),
            ],
            cause.TextBelow(host),
            indent
        );
        Styled below = Styled.Blanks(indent),
            arrow = new(Arrow, Colour.Cyan);
        if (cause.Remedy is { IsCommand: true } command)
            layout.AddWhole([below, arrow], command.Text, Colour.Cyan);
        else if (cause.Remedy is { } advice)
            layout.Add([below, arrow], advice.ToString(), indent + Arrow.Length);
        foreach (Finding consequence in group.Consequences)
        {
            string lead = $"causes {consequence.Code}{gap}";
            layout.Add([below, new Styled(lead, Colour.Faint)], consequence.TextBelow(host), indent + lead.Length);
        }
    }

    private static void AddSum(TextLayout layout, IReadOnlyList<FindingGroup> groups)
    {
        Finding? first = DoctorText.FirstToFix(groups);
        layout.AddLine(DoctorText.Sum(groups), Colour.Bold);
        if (first is null)
            return;
        string lead = $"fix {first.Code} first: ";
        if (first.Remedy is { IsCommand: true } command)
            layout.AddWhole([new Styled(lead)], command.Text, Colour.Cyan);
        else
            layout.Add([new Styled(lead)], first.Remedy?.Text ?? "", lead.Length);
    }

    private static Colour ColourOf(Verdict verdict) =>
        verdict switch
        {
            Verdict.Ok => Colour.Green,
            Verdict.Warn => Colour.Yellow,
            Verdict.Fail => Colour.Red,
            _ => Colour.Faint,
        };
}
