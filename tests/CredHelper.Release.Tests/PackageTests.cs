using System.Globalization;
using System.Text;

namespace CredHelper.Release.Tests;

public sealed class PackageTests
{
    private static readonly Target Linux = Target.All[0];

    [Fact]
    public void ADebIsThreeMembersInOrder() =>
        Assert.Equal(
            ["debian-binary", "control.tar.gz", "data.tar.gz"],
            Members(Deb.Write(Linux, Samples.Source, Samples.Project, [new("usr/bin/a", [1])], "#!/bin/sh\n"))
        );

    [Theory]
    [InlineData("0.9.0", "0.9.0")]
    [InlineData("0.9.0-snapshot.0123456789ab", "0.9.0~snapshot.0123456789ab")]
    public void ASnapshotComesBeforeItsRelease(string version, string expected) =>
        Assert.Equal(expected, Deb.Version(version));

    [Fact]
    public void EveryDirectoryIsNamedOnceAndBeforeItsFiles() =>
        Assert.Equal(
            ["usr", "usr/bin", "usr/share", "usr/share/doc"],
            Installed.Directories([new("usr/share/doc/a"), new("usr/bin/b"), new("usr/bin/c")])
        );

    [Fact]
    public void OnlyStaticProgramsArePackaged() =>
        Assert.Equal(
            ["linux-x64", "linux-arm64"],
            Target.All.Where(target => target.HasPackages).Select(target => target.Name)
        );

    [Fact]
    public void ArchitecturesHaveTheDistributionsNames()
    {
        var arm = Array.Find(Target.All, target => target.Name == "linux-arm64")!;
        Assert.Equal(
            ("amd64", "x86_64", "arm64", "aarch64"),
            (Deb.Architecture(Linux), Rpm.Architecture(Linux), Deb.Architecture(arm), Rpm.Architecture(arm))
        );
    }

    [Fact]
    public void CompletionsAreFoundUnderBothNames()
    {
        var script = new Dictionary<string, byte[]>
        {
            ["bash"] = [1],
            ["fish"] = [2],
            ["zsh"] = [3],
        };
        Assert.Equal(
            [
                ("usr/share/bash-completion/completions/docker-credential-ecr-login", null),
                ("usr/share/bash-completion/completions/ecr-login", "docker-credential-ecr-login"),
                ("usr/share/fish/vendor_completions.d/docker-credential-ecr-login.fish", null),
                ("usr/share/fish/vendor_completions.d/ecr-login.fish", "docker-credential-ecr-login.fish"),
                ("zsh/_docker-credential-ecr-login", null),
            ],
            Installed
                .Completions(script, "zsh")
                .Select(file => (file.Name, file.LinkTo))
                .OrderBy(file => file.Name, StringComparer.Ordinal)
        );
    }

    private static List<string> Members(byte[] archive)
    {
        var text = Encoding.Latin1.GetString(archive);
        Assert.StartsWith("!<arch>\n", text, StringComparison.Ordinal);
        var names = new List<string>();
        for (var at = 8; at < text.Length; )
        {
            Assert.Equal("`\n", text.Substring(at + 58, 2));
            names.Add(text.Substring(at, 16).TrimEnd());
            var size = int.Parse(text.AsSpan(at + 48, 10), CultureInfo.InvariantCulture);
            at += 60 + size + (size % 2);
        }
        return names;
    }
}
