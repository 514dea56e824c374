using System.Runtime.Versioning;
using CredHelper.Processes;

namespace CredHelper.Tests.Processes;

/// <summary>Finding programs on the PATH.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SearchPathTests : IDisposable
{
    private readonly Home _home = new();

    public SearchPathTests() => Programs.RequireLinux();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void AreFoundBehindWhatCannotBeRun()
    {
        string dangling = Path.Combine(_home.Root, "dangling", "tool"),
            wanted = _home.Write("good/tool", "#!/bin/sh\n");
        Directory.CreateDirectory(Path.GetDirectoryName(dangling)!);
        File.CreateSymbolicLink(dangling, "/nowhere");
        _home.Write("plain/tool", "#!/bin/sh\n");
        Directory.CreateDirectory(Path.Combine(_home.Root, "directory", "tool"));
        File.SetUnixFileMode(wanted, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        string unusable = $":relative:{InHome("none")}:{InHome("dangling")}:{InHome("plain")}:{InHome("directory")}";

        Assert.Null(SearchPath.Find(_home.Environment(("PATH", unusable)), "tool"));
        Assert.Equal(wanted, SearchPath.Find(_home.Environment(("PATH", $"{unusable}:{InHome("good")}")), "tool"));
    }

    private string InHome(string name) => Path.Combine(_home.Root, name);
}
