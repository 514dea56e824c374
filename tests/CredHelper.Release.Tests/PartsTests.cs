using System.Text;

namespace CredHelper.Release.Tests;

/// <summary>What a program is said to contain.</summary>
public sealed class PartsTests : IDisposable
{
    private readonly Room _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public void APackageHasTheLicenceOfItsNuspec()
    {
        var package = Assert.Single(Read("<license type=\"expression\">MIT</license><copyright>Ann</copyright>"));
        Assert.Equal(
            new Component("Some.Package", "1.2.3", "pkg:nuget/Some.Package@1.2.3", "MIT", "Copyright (c) Ann"),
            package
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("<license type=\"file\">LICENSE.md</license>")]
    [InlineData("<licenseUrl>https://example.com/</licenseUrl>")]
    public void APackageWithoutLicenceIsRefused(string metadata) =>
        Assert.Contains(
            "licence",
            Assert.Throws<ReleaseException>(() => Read(metadata)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void APackageThatIsNotThereIsRefused() =>
        Assert.Throws<ReleaseException>(() => Dependencies.Read(LockFile(), _room["empty"]));

    [Fact]
    public void ALicenceWithoutTextIsRefused() =>
        Assert.Contains(
            "Beerware",
            Assert
                .Throws<ReleaseException>(() =>
                    Notices.Write([new("part", "1", "pkg:generic/part", "Beerware", "Ann")], _room.FullName)
                )
                .Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void VersionsAreReadFromTheFile()
    {
        var linked = Link("linux-x64", "OpenSSL 3.5.6 27 Jan 2026\0", "1.3.1.zlib-ng\0", "2.41\0");
        Assert.Equal([".NET runtime 10.0.99", "zlib-ng ", "openssl 3.5.6", "glibc 2.41"], linked.Select(Named));
        Assert.All(linked, part => Assert.Null(part.Package));
    }

    [Fact]
    public void PackagesAreThoseThatTheBuilderNamed()
    {
        File.WriteAllText(
            _room[LinkedPackages.FileName],
            "libssl-dev 3.5.6-1~deb13u2, debian 13\nlibc6-dev 2.41-12, debian 13\n"
        );
        var linked = Link("linux-x64", "OpenSSL 3.5.6 27 Jan 2026\0", "2.41\0");
        Assert.Equal(
            [null, "libssl-dev 3.5.6-1~deb13u2, debian 13", "libc6-dev 2.41-12, debian 13"],
            linked.Select(part => part.Package)
        );
    }

    [Fact]
    public void AProgramWithoutARuntimeIsRefused() => Assert.Throws<ReleaseException>(() => Link("win-x64", [], ""u8));

    [Fact]
    public void AStaticProgramWithoutOpenSslIsRefused() => Assert.Throws<ReleaseException>(() => Link("linux-x64"));

    [Fact]
    public void ADynamicProgramHoldsNoSystemLibrary() =>
        Assert.Equal([".NET runtime 10.0.99"], Link("linux-x64-dynamic").Select(Named));

    private static string Named(Component part) => $"{part.Name} {part.Version}";

    private IReadOnlyList<Component> Link(string name, params string[] strings) =>
        Link(name, strings, Encoding.Unicode.GetBytes(".NET 10.0.99\0"));

    private IReadOnlyList<Component> Link(string name, string[] strings, ReadOnlySpan<byte> runtime)
    {
        var notices = Directory.CreateDirectory(_room["runtime.linux-x64.microsoft.dotnet.ilcompiler", "10.0.1"]);
        File.WriteAllText(Path.Combine(notices.FullName, "THIRD-PARTY-NOTICES.TXT"), "notices");
        byte[] program = [0, 0, .. runtime, .. Encoding.Latin1.GetBytes(string.Concat(strings))];
        var target = Array.Find(Target.All, target => target.Name == name)!;
        return Linked.Read(new(target, _room[target.FileName], program), "10.0.1", _room.FullName);
    }

    private IReadOnlyList<Component> Read(string metadata)
    {
        var directory = Directory.CreateDirectory(_room["some.package", "1.2.3"]);
        File.WriteAllText(
            Path.Combine(directory.FullName, "some.package.nuspec"),
            "<package xmlns=\"http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd\"><metadata>"
                + $"{metadata}</metadata></package>"
        );
        return Dependencies.Read(LockFile(), _room.FullName);
    }

    private string LockFile()
    {
        var path = _room["packages.lock.json"];
        File.WriteAllText(
            path,
            """
            { "version": 2, "dependencies": { "net10.0": {
                "Microsoft.NET.ILLink.Tasks": { "type": "Direct", "resolved": "10.0.1" },
                "Some.Package": { "type": "Direct", "resolved": "1.2.3" },
                "own.project": { "type": "Project" } } } }
            """
        );
        return path;
    }
}
