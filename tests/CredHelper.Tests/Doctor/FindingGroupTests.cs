using CredHelper.Doctor;
using CredHelper.Errors;

namespace CredHelper.Tests.Doctor;

/// <summary>Tests that failures with the same cause are listed below it and counted once.</summary>
public sealed class FindingGroupTests
{
    private static readonly Remedy Remedy = Remedy.Advise("mend it");

    [Fact]
    public void FoldsAFailureUnderTheOneThatItDependsOn()
    {
        Finding cause = Finding.Fail("ECR101", "no program", Remedy).On(Subject.Helper("ecr-login"));
        Finding middle = Finding.Fail("ECR210", "dropped", Remedy) with
        {
            About = [Subject.Source("config.json")],
            DependsOn = [Subject.Helper("ecr-login")],
        };
        Finding last = Finding.Fail("ECR209", "anonymous", Remedy) with
        {
            DependsOn = [Subject.Source("config.json")],
            IsOfPull = true,
        };
        Finding other = Finding.Fail("ECR307", "dind", Remedy);

        IReadOnlyList<FindingGroup> groups = FindingGroup.Of([cause, middle, other, last]);

        Assert.Equal(["ECR101", "ECR307"], groups.Select(group => group.Cause.Code));
        Assert.Equal(["ECR210", "ECR209"], groups[0].Consequences.Select(finding => finding.Code));
        Assert.True(groups[0].IsOfPull);
        Assert.False(groups[1].IsOfPull);
    }

    [Fact]
    public void TakesTheFirstOfSeveralAboutOneThingForTheCause()
    {
        var failure = new HelperException(FailureKind.Proxy, "the proxy refuses");
        Finding first = Finding.Fail("ECR405", "sts", Remedy).On([.. Subject.Of(failure)]),
            second = Finding.Fail("ECR503", "ecr", Remedy).On([.. Subject.Of(failure)]);

        FindingGroup group = Assert.Single(FindingGroup.Of([first, second]));

        Assert.Equal("ECR405", group.Cause.Code);
        Assert.Single(group.Consequences);
    }

    [Fact]
    public void FindsACauseThatIsCheckedLater()
    {
        Finding refused =
                Finding.Fail("ECR405", "skewed", Remedy) with
                {
                    DependsOn = [new Subject(SubjectKind.Clock)],
                },
            clock = Finding.Fail("ECR504", "an hour ahead", Remedy).On(new Subject(SubjectKind.Clock));

        Assert.Equal("ECR504", Assert.Single(FindingGroup.Of([refused, clock])).Cause.Code);
    }

    [Fact]
    public void FoldsNothingUnderAWarning()
    {
        Finding warning = Finding.Fail("ECR202", "odd", Remedy).On(Subject.Source("a")).WarnIf(isHarmless: true),
            failure = Finding.Fail("ECR209", "anonymous", Remedy) with { DependsOn = [Subject.Source("a")] };

        Assert.Equal(2, FindingGroup.Of([warning, failure]).Count);
    }
}
