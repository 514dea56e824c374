namespace CredHelper.Release.Tests;

public sealed class ProjectTests
{
    private static readonly Dictionary<string, string> Complete = new()
    {
        ["ProjectUrl"] = "https://git.example.com/ecr-login/",
        ["DownloadUrl"] = "$(ProjectUrl)/releases/download/v$(Version)",
        ["PackagesUrl"] = "https://packages.example.com",
        ["ContainerImage"] = "registry.example.com/ecr-login",
        ["MaintainerName"] = "Jane Doe",
        ["MaintainerEmail"] = "jane@example.com",
    };

    [Fact]
    public void ThePropertiesOfTheProjectAreRead()
    {
        var project = Project.Read(Properties(Complete), new Dictionary<string, string>());
        Assert.Equal("https://git.example.com/ecr-login", project.Url);
        Assert.Equal("Jane Doe <jane@example.com>", project.Maintainer);
    }

    [Fact]
    public void APropertyMayNameOthers() =>
        Assert.Equal(
            "https://git.example.com/releases/download/v1.2.3",
            Project.Read(Properties(Complete), With("ProjectUrl", "https://git.example.com")).DownloadUrl
        );

    [Fact]
    public void TheCommandLineOutranksTheFile() =>
        Assert.Equal(
            "https://mirror.example.com",
            Project.Read(Properties(Complete), With("PackagesUrl", "https://mirror.example.com")).PackagesUrl
        );

    [Theory]
    [InlineData("ProjectUrl")]
    [InlineData("PackagesUrl")]
    [InlineData("ContainerImage")]
    [InlineData("MaintainerName")]
    [InlineData("MaintainerEmail")]
    public void AMissingValueIsNamedWithTheOptionThatGivesIt(string name)
    {
        var message = Refuse(Properties(Complete), With(name, ""));
        Assert.Contains($"{name} not set; hint: ", message, StringComparison.Ordinal);
        Assert.EndsWith($"--property {name}=VALUE", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData("ProjectUrl", "git.example.com/ecr-login")]
    [InlineData("DownloadUrl", "C:/releases")]
    [InlineData("MaintainerEmail", "Jane Doe <jane@example.com>")]
    [InlineData("MaintainerEmail", "jane")]
    public void AValueOfAnotherKindIsRefused(string name, string value) =>
        Assert.Contains($"{name} is not ", Refuse(Properties(Complete), With(name, value)), StringComparison.Ordinal);

    [Fact]
    public void AnUnknownPropertyIsRefused() =>
        Assert.Contains(
            "--property Url: unknown property; hint: use one of ProjectUrl",
            Refuse(Properties(Complete), With("Url", "https://git.example.com")),
            StringComparison.Ordinal
        );

    [Fact]
    public void NothingButTheOwnersValuesIsMissingInTheRepository()
    {
        var properties = File.ReadAllText(Path.Combine(Repository.Root, "Directory.Build.props"));
        var given = Complete.Where(property => property.Key != "DownloadUrl").ToDictionary();
        given["ProjectUrl"] = "https://git.example.com/ecr-login";
        Assert.StartsWith(
            "https://git.example.com/ecr-login/releases/download/v",
            Project.Read(properties, given).DownloadUrl,
            StringComparison.Ordinal
        );
    }

    private static string Refuse(string properties, Dictionary<string, string> given) =>
        Assert.Throws<ReleaseException>(() => Project.Read(properties, given)).Message;

    private static Dictionary<string, string> With(string name, string value) => new() { [name] = value };

    private static string Properties(Dictionary<string, string> values) =>
        "<Project><PropertyGroup><Version>1.2.3</Version></PropertyGroup><PropertyGroup>"
        + string.Concat(values.Select(value => $"<{value.Key}>{value.Value}</{value.Key}>"))
        + "</PropertyGroup></Project>";
}
