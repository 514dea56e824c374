namespace CredHelper.Doctor;

/// <summary>A finding with the failures that follow from it.</summary>
internal sealed record FindingGroup(Finding Cause, IReadOnlyList<Finding> Consequences)
{
    /// <summary>Whether the pull of an image that was asked about depends on it.</summary>
    public bool IsOfPull => Cause.IsOfPull || Consequences.Any(finding => finding.IsOfPull);

    /// <summary>How many of them have a status.</summary>
    public static int Count(IReadOnlyList<FindingGroup> groups, Verdict verdict) =>
        groups.Count(group => group.Cause.Verdict == verdict);

    /// <summary>The findings in their order, each failure that follows from another one folded under it.</summary>
    public static IReadOnlyList<FindingGroup> Of(IReadOnlyList<Finding> findings)
    {
        List<int> failures = [.. Enumerable.Range(0, findings.Count).Where(i => findings[i].Verdict == Verdict.Fail)];
        int[] roots = [.. Enumerable.Range(0, findings.Count).Select(RootOf)];
        return
        [
            .. Enumerable
                .Range(0, findings.Count)
                .Where(i => roots[i] == i)
                .Select(i => new FindingGroup(
                    findings[i],
                    [
                        .. Enumerable
                            .Range(0, findings.Count)
                            .Where(j => j != i && roots[j] == i)
                            .Select(j => findings[j]),
                    ]
                )),
        ];

        int RootOf(int index)
        {
            var seen = new HashSet<int>();
            while (seen.Add(index) && findings[index].Verdict == Verdict.Fail && CauseOf(index) is { } cause)
                index = cause;
            return index;
        }

        // Of several failures about one thing the first is the cause.
        int? CauseOf(int index)
        {
            Finding finding = findings[index];
            foreach (Subject subject in finding.DependsOn)
            {
                int? first = failures
                    .Where(i => findings[i].About.Contains(subject))
                    .Select(i => (int?)i)
                    .FirstOrDefault();
                if (first is not null && first != index)
                    return first;
            }
            return null;
        }
    }
}
