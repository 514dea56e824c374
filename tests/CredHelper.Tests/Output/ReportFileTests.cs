using CredHelper.Errors;
using CredHelper.Output;

namespace CredHelper.Tests.Output;

public sealed class ReportFileTests
{
    [Fact]
    public void ReplacesAFileThatEverybodyMayRead()
    {
        using var home = new Home();
        string path = Path.Combine(home.Root, "report.prom");
        File.WriteAllText(path, "before");
        ReportFile.Replace(path, "after"u8.ToArray());
        Assert.Equal("after", File.ReadAllText(path));
        Assert.Equal([path], Directory.EnumerateFiles(home.Root, "*report*"));
        if (!OperatingSystem.IsWindows())
            Assert.Equal((UnixFileMode)0b110_100_100, File.GetUnixFileMode(path));
    }

    [Fact]
    public void ReplacesALinkAndNotWhatItLeadsTo()
    {
        Programs.RequireLinux();
        using var home = new Home();
        string target = Path.Combine(home.Root, "target"),
            path = Path.Combine(home.Root, "report.prom");
        File.WriteAllText(target, "mine");
        File.CreateSymbolicLink(path, target);
        ReportFile.Replace(path, "report"u8.ToArray());
        Assert.Equal("mine", File.ReadAllText(target));
        Assert.Null(new FileInfo(path).LinkTarget);
    }

    [Fact]
    public void NamesTheFileThatCannotBeWritten()
    {
        using var home = new Home();
        string path = Path.Combine(home.Root, "nowhere", "report.prom");
        HelperException failure = Assert.Throws<HelperException>(() => ReportFile.Replace(path, []));
        Assert.StartsWith($"{path}: the report cannot be written: ", failure.Message, StringComparison.Ordinal);
        Assert.NotNull(failure.Hint);
    }
}
