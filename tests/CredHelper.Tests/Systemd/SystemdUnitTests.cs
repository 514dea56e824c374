using CredHelper.GitLabRunner;
using CredHelper.Systemd;

namespace CredHelper.Tests.Systemd;

/// <summary>Tests what a service starts with, from unit files and drop-ins below a temporary root directory.</summary>
public sealed class SystemdUnitTests : IDisposable
{
    private const string Name = "gitlab-runner.service",
        Etc = "etc/systemd/system/";
    private readonly Home _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void IsNoneWhereThereIsNoFile() => Assert.Null(SystemdUnit.Find(_root.Root, Name));

    [Fact]
    public void OfEtcHidesThatOfThePackage()
    {
        Unit("User=gone", "usr/lib/systemd/system/" + Name);
        Unit("User=here");
        Assert.Equal("here", Found().User);
    }

    [Fact]
    public void DropInsCountInTheOrderOfTheirNamesWhereverTheyAre()
    {
        Unit("Environment=A=unit B=unit C=unit");
        Unit("Environment=A=10", "usr/lib/systemd/system/gitlab-runner.service.d/10-a.conf");
        Unit("Environment=B=20", Etc + "gitlab-runner.service.d/20-b.conf");
        Unit("Environment=B=15 C=15", "run/systemd/system/gitlab-runner.service.d/15.conf");
        Unit("Environment=C=hidden", "usr/lib/systemd/system/gitlab-runner.service.d/15.conf");
        Assert.Equal(("10", "20", "15"), (Value("A"), Value("B"), Value("C")));
    }

    [Fact]
    public void DropInsOfItsPrefixAndTypeCountToo()
    {
        Unit("");
        Unit("Environment=A=type", Etc + "service.d/a.conf");
        Unit("Environment=B=prefix", Etc + "gitlab-.service.d/b.conf");
        Unit("Environment=C=type", Etc + "service.d/c.conf");
        Unit("Environment=C=own", Etc + "gitlab-runner.service.d/c.conf");
        Assert.Equal(("type", "prefix", "own"), (Value("A"), Value("B"), Value("C")));
    }

    [Fact]
    public void MaskedDropInIsNone()
    {
        Unit("");
        Unit("Environment=A=1", "usr/lib/systemd/system/gitlab-runner.service.d/a.conf");
        Directory.CreateDirectory(Path.Combine(_root.Root, Etc, "gitlab-runner.service.d"));
        File.CreateSymbolicLink(Path.Combine(_root.Root, Etc, "gitlab-runner.service.d/a.conf"), "/dev/null");
        Assert.Null(Value("A"));
    }

    [Fact]
    public void EmptyAssignmentForgetsThoseBefore()
    {
        Unit("Environment=A=1\nEnvironmentFile=/etc/runner.env\nExecStart=/old run --user old\nUser=old");
        _root.Write("etc/runner.env", "E=1\n");
        Unit(
            "Environment=\nEnvironment=B=2\nEnvironmentFile=\nExecStart=\nExecStart=-/new run --user=new\nUser=",
            Etc + "gitlab-runner.service.d/a.conf"
        );
        SystemdUnit unit = Found();
        Assert.Equal(["B"], unit.Environment.Keys);
        Assert.Equal("new", ManagerProcess.Option(unit.Command, "--user", "-u"));
        Assert.Null(unit.User);
    }

    [Theory]
    [InlineData("A=1", "1")]
    [InlineData("\"A=x y\" B=2", "x y")]
    [InlineData("'A=x \"y\"'", "x \"y\"")]
    [InlineData("A=\"x y\"z", "x yz")]
    [InlineData("A=a\\x20b", "a b")]
    [InlineData("A=1 \\\n  A=2", "2")]
    [InlineData("A=100%%", "100%")]
    [InlineData("A=%h/x", "/root/x")]
    [InlineData("A=%N", "gitlab-runner")]
    [InlineData("A=$HOME", "$HOME")]
    [InlineData("A=", "")]
    public void EnvironmentIsSplitIntoWords(string line, string expected)
    {
        Unit("Environment=" + line);
        Assert.Equal(expected, Value("A"));
    }

    [Theory]
    [InlineData("A=1", "1")]
    [InlineData(" A = x y  ", "x y")]
    [InlineData("A=\"x y\"", "x y")]
    [InlineData("A='x \\n y'", "x \\n y")]
    [InlineData("A=\"a\\\"b\\$c\\d\"", "a\"b$c\\d")]
    [InlineData("A=\"a\"'b'", "ab")]
    [InlineData("A=a\"b\"", "a\"b\"")]
    [InlineData("A=\"two\nlines\"", "two\nlines")]
    [InlineData("A=one \\\ntwo", "one two")]
    [InlineData("# A=0\n; A=0\nA=1 # no comment", "1 # no comment")]
    [InlineData("export A=0\nA=1\nno assignment\n=0", "1")]
    [InlineData("A=1\r\n", "1")]
    [InlineData("A=", "")]
    public void EnvironmentFileOutranksTheUnit(string text, string expected)
    {
        Unit("EnvironmentFile=/etc/runner.env\nEnvironment=A=unit");
        _root.Write("etc/runner.env", text);
        Assert.Equal(expected, Value("A"));
    }

    [Fact]
    public void EnvironmentFilesMayBeAPattern()
    {
        Unit("EnvironmentFile=-/etc/runner.d/*.env");
        _root.Write("etc/runner.d/2.env", "A=2");
        _root.Write("etc/runner.d/1.env", "A=1\nB=1");
        Assert.Equal(("2", "1"), (Value("A"), Value("B")));
    }

    [Fact]
    public void MissingEnvironmentFileIsNamedUnlessItMayBeMissing()
    {
        Unit("EnvironmentFile=/etc/gone\nEnvironmentFile=-/etc/optional");
        Assert.Equal(["/etc/gone"], Found().MissingFiles);
    }

    [Fact]
    public void UnsetVariablesAreGone()
    {
        Unit("Environment=A=1 B=2 C=3\nUnsetEnvironment=A B=2 C=4");
        Assert.Equal(["C"], Found().Environment.Keys);
    }

    [Fact]
    public void DefaultsOfTheManagerComeFirst()
    {
        _root.Write("etc/systemd/system.conf", "[Manager]\nDefaultEnvironment=A=default B=default P=default\n");
        _root.Write("proc/1/environ", "P=passed\0Q=not\0");
        Unit("Environment=B=unit\nPassEnvironment=P");
        Assert.Equal(("default", "unit", "passed", null), (Value("A"), Value("B"), Value("P"), Value("Q")));
    }

    private void Unit(string service, string path = Etc + Name) =>
        _root.Write(path, $"[Unit]\nEnvironment=A=wrong\n[Service]\n{service}\n");

    private SystemdUnit Found() => SystemdUnit.Find(_root.Root, Name)!;

    private string? Value(string name) =>
        Found().Environment.TryGetValue(name, out (string Value, string Origin) set) ? set.Value : null;
}
