using CredHelper.Configuration;
using CredHelper.Logins;
using CredHelper.Protocol;

namespace CredHelper.Tests.Logins;

/// <summary>Credentials of other registries: the credential store first, then docker's own file.</summary>
public sealed class LoginServiceTests : IDisposable
{
    private readonly Home _home = new();

    public LoginServiceTests()
    {
        Programs.RequireLinux();
        // docker:docker and both:docker
        _home.Write(
            ".docker/config.json",
            """
            {"auths":{
              "docker.example":{"auth":"ZG9ja2VyOmRvY2tlcg=="},
              "both.example":{"auth":"Ym90aDpkb2NrZXI="}
            }}
            """
        );
    }

    public void Dispose() => _home.Dispose();

    private LoginService Service => new(HelperContext.Start(_home.Environment()));

    [Fact]
    public void AreStoredWithAWarning()
    {
        string? warning = Service.Store(new Credential("both.example", "both", "ours"));
        Assert.StartsWith("WARNING! Your credentials are stored unencrypted in '", warning, StringComparison.Ordinal);
        Assert.Equal(new Credential("both.example", "both", "ours"), Service.Find("https://both.example/"));
    }

    [Fact]
    public void OfDockerHubAreOneUnderAllItsNames()
    {
        _ = Service.Store(new Credential("docker.io", "podman", "first"));
        Assert.Equal("first", Service.Find("https://index.docker.io/v1/")?.Secret);
        _ = Service.Store(new Credential("https://index.docker.io/v1/", "docker", "second"));
        Assert.Equal("second", Service.Find("docker.io")?.Secret);
        Service.Erase("registry-1.docker.io");
        Assert.Null(Service.Find("docker.io"));
    }

    [Fact]
    public void OfTheEnvironmentReplaceAStoredOneThatIsLoggedInAgain()
    {
        _ = Service.Store(new Credential("job.example", "me", "older"));
        LoginService job = new(
            HelperContext.Start(_home.Environment(("CI_REGISTRY", "job.example"), ("CI_JOB_TOKEN", "job")))
        );
        Assert.Equal("older", job.Find("job.example")?.Secret);
        Assert.Null(job.Store(new Credential("job.example", "gitlab-ci-token", "job")));
        Assert.Equal("job", job.Find("job.example")?.Secret);
        Assert.Null(Service.Find("job.example"));
    }

    [Fact]
    public void AreFoundInDockersOwnFile()
    {
        Assert.Equal("docker", Service.Find("docker.example")?.Secret);
        Assert.Null(Service.Find("other.example"));
    }

    [Fact]
    public void AreForgottenWhereTheyWereStored()
    {
        _ = Service.Store(new Credential("both.example", "both", "ours"));
        Service.Erase("both.example");
        Assert.Equal("docker", Service.Find("both.example")?.Secret);
        Service.Erase("other.example");
    }

    [Fact]
    public void AreListedWithTheSourceThatAGetPrefersFirst()
    {
        _ = Service.Store(new Credential("both.example", "me", "ours"));
        Assert.Equal([("both.example", "me"), ("docker.example", "docker"), ("both.example", "both")], Service.List());
    }
}
