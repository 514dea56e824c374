using CredHelper.Processes;

namespace CredHelper.Windows.Tests;

/// <summary>Programs on the PATH.</summary>
public sealed class SearchPathTests : IDisposable
{
    private readonly Place _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData(null, "tool.exe")]
    [InlineData(".CMD;.EXE", "tool.cmd")]
    [InlineData("BAT", "tool.bat")]
    [InlineData(".PS1", null)]
    public void AreFoundByTheExtensionsOfPathext(string? extensions, string? wanted)
    {
        foreach (string name in (string[])["tool", "tool.exe", "tool.cmd", "tool.bat"])
            _place.Write(name, "");
        string? found = SearchPath.Find(
            _place.Environment(("PATH", $@"relative;;{_place.Root}"), ("PATHEXT", extensions ?? "")),
            "tool"
        );
        Assert.Equal(wanted is null ? null : _place.PathOf(wanted), found);
    }

    [Fact]
    public void MayBeNamedWithTheirExtension()
    {
        string path = _place.Write("tool.exe", "");
        Assert.Equal(path, SearchPath.Find(_place.Environment(("PATH", _place.Root)), "tool.exe"));
        Assert.Equal(path, SearchPath.FindAt(_place.Environment(), _place.PathOf("tool")));
    }
}
