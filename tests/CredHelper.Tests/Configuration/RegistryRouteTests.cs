using CredHelper.Configuration;
using CredHelper.Errors;

namespace CredHelper.Tests.Configuration;

/// <summary>Sections of the registry configuration that choose the credentials of any registry.</summary>
public sealed class RegistryRouteTests
{
    private const string Documented = """
        [*.gcr.io]
        helper = gcloud
        [*-docker.pkg.dev]
        helper = gcloud
        [*.azurecr.io]
        helper = acr-env
        [ghcr.io]
        username_env = GHCR_USER
        password_env = GHCR_TOKEN
        [*]
        helper = pass
        """;

    private static RegistryConfiguration Parse(string text) =>
        RegistryConfiguration.Of(RegistryConfigurationFile.Parse("/config", text));

    private static string? ChoiceFor(string text, string serverUrl) => Parse(text).RouteFor(serverUrl)?.Choice;

    [Theory]
    [InlineData("eu.gcr.io", "docker-credential-gcloud")]
    [InlineData("EU.gcr.io:443/project/app", "docker-credential-gcloud")]
    [InlineData("europe-west1-docker.pkg.dev", "docker-credential-gcloud")]
    [InlineData("team.azurecr.io", "docker-credential-acr-env")]
    [InlineData("https://ghcr.io/", "GHCR_USER and GHCR_TOKEN of the environment")]
    [InlineData("gcr.io", "docker-credential-pass")]
    [InlineData("eu.gcr.io.evil.com", "docker-credential-pass")]
    [InlineData("eu.gcr.io:5000", "docker-credential-pass")]
    [InlineData("https://index.docker.io/v1/", "docker-credential-pass")]
    [InlineData("http://eu.gcr.io", null)]
    [InlineData("user@eu.gcr.io", null)]
    [InlineData(Sample.Host, null)]
    [InlineData("public.ecr.aws", null)]
    public void IsTheMostSpecificSections(string serverUrl, string? choice) =>
        Assert.Equal(choice, ChoiceFor(Documented, serverUrl));

    [Theory]
    [InlineData("[*]\nanonymous = true", null)]
    [InlineData("[*.amazonaws.com]\nanonymous = true", null)]
    [InlineData("[123*]\nanonymous = true", null)]
    [InlineData("[*.dkr.ecr.*.amazonaws.com]\nhelper = other", "docker-credential-other")]
    [InlineData("[123456789012.dkr.ecr.us-east-1.amazonaws.com]\nanonymous = true", "none (anonymous)")]
    [InlineData("[*.dkr.ecr.*]\nhelper = other\n[123456789012.dkr.ecr.*.amazonaws.com]\nprofile = x", null)]
    [InlineData("[123456789012.dkr.ecr.us-east-1.*]\nhelper = other\n[123*]\nprofile = x", "docker-credential-other")]
    public void IsThatOfEcrOnlyIfASectionNamesIt(string text, string? choice)
    {
        RegistryConfiguration configuration = Parse(text);
        Assert.Equal(choice, configuration.RouteFor(Sample.Host)?.Choice);
        Assert.Equal(choice is null, configuration.RegistryFor(Sample.Host) is not null);
    }

    [Theory]
    [InlineData("[docker.io]\nhelper = pass", "https://index.docker.io/v1/")]
    [InlineData("[index.docker.io]\nhelper = pass", "docker.io")]
    [InlineData("[registry.example:443]\nhelper = pass", "registry.example")]
    [InlineData("[Registry.Example:5000]\nhelper = pass", "registry.example:5000")]
    [InlineData("[*:5000]\nhelper = pass", "localhost:5000")]
    public void IsFoundUnderAllSpellingsOfAHost(string text, string serverUrl) =>
        Assert.Equal("docker-credential-pass", ChoiceFor(text, serverUrl));

    [Fact]
    public void IsTheLaterOneOfTwoThatNameAsMuch() =>
        Assert.Equal(
            "docker-credential-b",
            ChoiceFor("[*.a.example]\nhelper = a\n[x.*.example]\nhelper = b", "x.a.example")
        );

    [Fact]
    public void IsNotThatOfAnAlias() =>
        Assert.Null(
            ChoiceFor(
                $"[alias \"registry.corp.example\"]\nregistry = {Sample.Host}\n[*]\nhelper = x",
                "registry.corp.example"
            )
        );

    [Theory]
    [InlineData("[ghcr.io]\nhelper = ecr-login", 2, "helper = ecr-login is not the name of another helper")]
    [InlineData("[ghcr.io]\nhelper = docker-credential-pass", 2, "is not the name of another helper")]
    [InlineData("[ghcr.io]\nhelper = ../pass", 2, "is not the name of another helper")]
    [InlineData("[ghcr.io]\nhelper = pass\nanonymous = true", 3, "cannot be combined")]
    [InlineData("[ghcr.io]\nhelper = pass\nprofile = x", 3, "helper and profile cannot be combined")]
    [InlineData("[ghcr.io]\nusername = me", 2, "username needs password_file")]
    [InlineData("[ghcr.io]\npassword_file = /x", 2, "password_file needs username")]
    [InlineData("[ghcr.io]\nusername = me\npassword_env = X", 3, "cannot be combined")]
    [InlineData("[ghcr.io]\nusername_env = U\npassword_env = 1X", 3, "is not the name of a variable")]
    [InlineData("[ghcr.io]\nusername = me\npassword_file = secret", 3, "is not an absolute path")]
    [InlineData("[ghcr.io]\nanonymous = yes", 2, "anonymous = yes is not true")]
    [InlineData("[ghcr.io/team]\nhelper = pass", 1, "is not the host of a registry")]
    [InlineData("[https://ghcr.io]\nhelper = pass", 1, "is not the host of a registry")]
    [InlineData("[ghcr.io]\nprofile = x", 1, "does not match any ECR registry")]
    [InlineData("[ghcr.io]\n", 1, "does not match any ECR registry")]
    [InlineData("[ghcr.io]\nhelpers = pass", 2, "unknown key 'helpers'")]
    public void IsRefusedWithItsLine(string text, int line, string problem)
    {
        HelperException failure = Assert.Throws<HelperException>(() => Parse(text));
        Assert.StartsWith($"/config:{line}: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
    }
}
