namespace CredHelper.Doctor;

/// <summary>A finding and the failures that follow from it.</summary>
internal sealed record FindingGroup(Finding Cause, IReadOnlyList<Finding> Consequences)
{
    /// <summary>Whether the pull of a requested image depends on it.</summary>
    public bool IsOfPull => Cause.IsOfPull || Consequences.Any(finding => finding.IsOfPull);

    /// <summary>The number of findings with a status.</summary>
    public static int Count(IReadOnlyList<FindingGroup> groups, Verdict verdict) =>
        groups.Count(group => group.Cause.Verdict == verdict);

    /// <summary>The findings in order, with each consequence listed below its cause.</summary>
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

        // Of several failures about the same subject, the first is the cause.
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
