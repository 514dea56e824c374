using System.Text.Json;
using CredHelper.Setup;

namespace CredHelper.Tests.Setup;

public sealed class SetupReportTests
{
    private readonly SetupReport _report = new(Modes.Plain);

    [Fact]
    public void WithoutAFailedCheckTheExitCodeIs0()
    {
        _report.Warn("something");
        _report.Pass("public.ecr.aws", "credentials");
        Assert.Equal(0, _report.ExitCode);
    }

    [Fact]
    public void AFailedCheckOfOneRegistryMakesItOne()
    {
        _report.Pass("public.ecr.aws", "credentials");
        _report.Fail("123456789012.dkr.ecr.eu-west-1.amazonaws.com", "none");
        Assert.Equal(1, _report.ExitCode);
    }

    [Fact]
    public void ACheckThatFailsForAllMakesItOne()
    {
        _report.Fail([], "the program is missing");
        Assert.Equal(1, _report.ExitCode);
    }

    [Fact]
    public void TheFailedCheckOfAChildCounts()
    {
        using JsonDocument child = JsonDocument.Parse(
            """
            {
              "files": [], "checks": [{"registry": null, "ok": false, "reason": "no"}],
              "left": [], "notes": [], "warnings": ["no"]
            }
            """
        );
        _report.Add(child.RootElement);
        Assert.Equal(1, _report.ExitCode);
    }
}
