using CredHelper.JobEnvironment;
using CredHelper.Platform;
using CredHelper.Protocol;
using CsCheck;

namespace CredHelper.Tests.JobEnvironment;

/// <summary>Credentials of registries in the variables of a CI job.</summary>
public sealed class EnvironmentLoginsTests
{
    private const string Gitlab =
        "CI_REGISTRY=registry.example.com:5050;CI_REGISTRY_USER=gitlab-ci-token;CI_REGISTRY_PASSWORD=job;"
        + "CI_JOB_TOKEN=job";

    private static EnvironmentLogins Logins(string variables, bool isEnabled = true) =>
        EnvironmentLogins.Of(
            new EnvironmentSnapshot(
                variables
                    .Split(';', StringSplitOptions.RemoveEmptyEntries)
                    .Select(variable => variable.Split('=', 2))
                    .Select(pair => new KeyValuePair<string, string>(pair[0], pair[1]))
            ),
            isEnabled
        );

    private static string? Find(string variables, string server) =>
        Logins(variables).Find(server) is { } login ? $"{login.Username}:{login.Secret}" : null;

    [Theory]
    [InlineData(Gitlab, "registry.example.com:5050", "gitlab-ci-token:job")]
    [InlineData("CI_REGISTRY=r.example;CI_JOB_TOKEN=job", "r.example", "gitlab-ci-token:job")]
    [InlineData("CI_REGISTRY=r.example;CI_REGISTRY_PASSWORD=p", "r.example", "gitlab-ci-token:p")]
    [InlineData("CI_REGISTRY=r.example;CI_REGISTRY_USER=u;CI_REGISTRY_PASSWORD=p;CI_JOB_TOKEN=job", "r.example", "u:p")]
    [InlineData(
        "CI_REGISTRY=r.example;CI_REGISTRY_USER=gitlab-ci-token;CI_JOB_TOKEN=job",
        "r.example",
        "gitlab-ci-token:job"
    )]
    [InlineData(
        "CI_DEPENDENCY_PROXY_SERVER=gitlab.example:443;CI_DEPENDENCY_PROXY_USER=u;CI_DEPENDENCY_PROXY_PASSWORD=p",
        "gitlab.example",
        "u:p"
    )]
    [InlineData(
        "CI_DEPENDENCY_PROXY_DIRECT_GROUP_IMAGE_PREFIX=gitlab.example:8443/a/b/dependency_proxy/containers;"
            + "CI_DEPENDENCY_PROXY_USER=u;CI_DEPENDENCY_PROXY_PASSWORD=p",
        "gitlab.example:8443/a/b/dependency_proxy/containers/alpine",
        "u:p"
    )]
    [InlineData("DOCKER_REGISTRY=r.example;DOCKER_REGISTRY_USER=u;DOCKER_REGISTRY_PASS=p", "https://r.example/", "u:p")]
    [InlineData("DOCKER_REGISTRY=r.example;DOCKER_REGISTRY_USER=u;DOCKER_REGISTRY_PASSWORD=p", "r.example", "u:p")]
    [InlineData(
        "DOCKER_REGISTRY=r.example;DOCKER_REGISTRY_USER=u;DOCKER_REGISTRY_PASS=;DOCKER_REGISTRY_PASSWORD=p",
        "r.example",
        "u:p"
    )]
    [InlineData(
        "PRODUCTION_DOCKER_REGISTRY=https://r.example/team/;PRODUCTION_DOCKER_REGISTRY_USER=u;"
            + "PRODUCTION_DOCKER_REGISTRY_PASS=p",
        "R.example:443",
        "u:p"
    )]
    [InlineData(
        "DOCKER_REGISTRY=docker.io;DOCKER_REGISTRY_USER=u;DOCKER_REGISTRY_PASS=p",
        "https://index.docker.io/v1/",
        "u:p"
    )]
    [InlineData(
        "DOCKER_REGISTRY=https://index.docker.io/v1/;DOCKER_REGISTRY_USER=u;DOCKER_REGISTRY_PASS=p",
        "docker.io",
        "u:p"
    )]
    [InlineData(
        "DOCKER_REGISTRY=docker.io;DOCKER_REGISTRY_USER=u;DOCKER_REGISTRY_PASS=p",
        "registry-1.docker.io",
        "u:p"
    )]
    [InlineData(
        "DOCKER_REGISTRY=r.example;DOCKER_REGISTRY_USER=u;DOCKER_REGISTRY_PASS=a=b:$c \"é",
        "r.example",
        "u:a=b:$c \"é"
    )]
    [InlineData("DOCKER_REGISTRY=r.example;DOCKER_REGISTRY_USER=u;DOCKER_REGISTRY_PASS=p\r\n", "r.example", "u:p")]
    public void AreFoundForTheRegistryThatTheyName(string variables, string server, string login) =>
        Assert.Equal(login, Find(variables, server));

    [Theory]
    [InlineData("https://index.docker.io/v1/refresh-token")]
    [InlineData("https://index.docker.io/v1/access-token")]
    public void AreNoTokensOfDockersWebLogin(string key) =>
        Assert.Null(Find("DOCKER_REGISTRY=docker.io;DOCKER_REGISTRY_USER=u;DOCKER_REGISTRY_PASS=p;DOCKER__USR=u", key));

    /// <summary>The cases of docker-credential-env's own tests, and ports.</summary>
    [Theory]
    [InlineData("DOCKER_example_com_USR=u;DOCKER_example_com_PSW=p", "example.com", "u:p")]
    [InlineData("DOCKER_example_com_USR=u;DOCKER_example_com_PSW=p", "repo.example.com", "u:p")]
    [InlineData("DOCKER_example_com_USR=u;DOCKER_example_com_PSW=p", "repo-example.com", null)]
    [InlineData("DOCKER_example_com_USR=u;DOCKER_example_com_PSW=p", "example.net", null)]
    [InlineData("DOCKER_repo_example_com_USR=u;DOCKER_repo_example_com_PSW=p", "repo-example.com", "u:p")]
    [InlineData(
        "DOCKER_repo_example_com_USR=u2;DOCKER_repo_example_com_PSW=p2;DOCKER_example_com_USR=u1;"
            + "DOCKER_example_com_PSW=p1",
        "repo.example.com",
        "u2:p2"
    )]
    [InlineData(
        "DOCKER_repo_example_com_USR=u2;DOCKER_example_com_USR=u1;DOCKER_example_com_PSW=p1",
        "repo.example.com",
        "u1:p1"
    )]
    [InlineData("DOCKER_com_USR=u;DOCKER_com_PSW=p", "example.com", "u:p")]
    [InlineData("DOCKER__USR=u;DOCKER__PSW=p", "example.com", "u:p")]
    [InlineData("DOCKER_example_com_5000_USR=u;DOCKER_example_com_5000_PSW=p", "example.com:5000", "u:p")]
    [InlineData("DOCKER_example_com_5000_USR=u;DOCKER_example_com_5000_PSW=p", "example.com", null)]
    [InlineData("DOCKER_example_com_USR=u;DOCKER_example_com_PSW=p", "example.com:5000", null)]
    [InlineData("DOCKER_docker_io_USR=u;DOCKER_docker_io_PSW=p", "https://index.docker.io/v1/", "u:p")]
    [InlineData("DOCKER_index_docker_io_USR=u;DOCKER_index_docker_io_PSW=p", "docker.io", "u:p")]
    public void AreFoundByTheHostInAVariablesName(string variables, string server, string? login) =>
        Assert.Equal(login, Find(variables, server));

    [Theory]
    [InlineData("")]
    [InlineData("CI_REGISTRY=r.example")]
    [InlineData("CI_REGISTRY=;CI_JOB_TOKEN=job")]
    [InlineData("CI_JOB_TOKEN=job")]
    [InlineData("DOCKER_REGISTRY=r.example")]
    [InlineData("DOCKER_REGISTRY_USER=u;DOCKER_REGISTRY_PASS=p")]
    [InlineData("_DOCKER_REGISTRY=r.example;_DOCKER_REGISTRY_USER=u;_DOCKER_REGISTRY_PASS=p")]
    public void AreNoneWithoutAProblem(string variables)
    {
        EnvironmentLogins logins = Logins(variables);
        Assert.Null(logins.Find("r.example"));
        Assert.Null(logins.ProblemOf("r.example"));
        Assert.Empty(logins.All());
        Assert.Empty(logins.Problems());
    }

    [Theory]
    [InlineData(
        "DOCKER_REGISTRY=r.example;DOCKER_REGISTRY_USER=u",
        "DOCKER_REGISTRY_USER is set but DOCKER_REGISTRY_PASS is empty or not set"
    )]
    [InlineData(
        "DOCKER_REGISTRY=r.example;DOCKER_REGISTRY_USER=u;DOCKER_REGISTRY_PASS=",
        "DOCKER_REGISTRY_USER is set but DOCKER_REGISTRY_PASS is empty or not set"
    )]
    [InlineData("DOCKER_REGISTRY=r.example;DOCKER_REGISTRY_PASS=s3cret", "DOCKER_REGISTRY_USER is not set")]
    [InlineData(
        "DOCKER_REGISTRY=r.example;DOCKER_REGISTRY_USER=u;DOCKER_REGISTRY_PASS=[MASKED]",
        "DOCKER_REGISTRY_PASS contains only white space"
    )]
    [InlineData(
        "DOCKER_REGISTRY=r.example;DOCKER_REGISTRY_USER=u;DOCKER_REGISTRY_PASS=s3cret\nb",
        "DOCKER_REGISTRY_PASS contains a control character"
    )]
    [InlineData(
        "DOCKER_REGISTRY=r.example;DOCKER_REGISTRY_USER=u:v;DOCKER_REGISTRY_PASS=s3cret",
        "DOCKER_REGISTRY_USER contains a character"
    )]
    [InlineData(
        "CI_REGISTRY=r.example;CI_REGISTRY_USER=deploy;CI_JOB_TOKEN=s3cret",
        "CI_REGISTRY_USER is set but CI_REGISTRY_PASSWORD is empty or not set"
    )]
    [InlineData("DOCKER_r_example_USR=u", "DOCKER_r_example_USR is set but DOCKER_r_example_PSW is empty or not set")]
    public void ThatCannotBeUsedAreNamed(string variables, string problem)
    {
        EnvironmentLogins logins = Logins(variables);
        Assert.Null(logins.Find("r.example"));
        EnvironmentProblem found = Assert.Single(logins.Problems());
        Assert.Equal(found, logins.ProblemOf("r.example"));
        Assert.StartsWith(problem, found.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", found.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://r.example", "DOCKER_REGISTRY is a plain http URL")]
    [InlineData("https://me:s3cret@r.example", "DOCKER_REGISTRY is not the host of a registry")]
    [InlineData("$REGISTRY", "DOCKER_REGISTRY is not the host of a registry")]
    public void OfWhatIsNoHostAreNamedWithoutTheValue(string value, string problem)
    {
        EnvironmentLogins logins = Logins(
            $"DOCKER_REGISTRY={value};DOCKER_REGISTRY_USER=u;DOCKER_REGISTRY_PASS=s3cret"
        );
        Assert.Null(logins.Find("r.example"));
        EnvironmentProblem found = Assert.Single(logins.Problems());
        Assert.Equal(problem, found.Problem);
        Assert.DoesNotContain("s3cret", found.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AreNotTakenForARegistryOfEcr()
    {
        EnvironmentLogins logins = Logins(
            $"DOCKER_REGISTRY={Sample.Host};DOCKER_REGISTRY_USER=AWS;DOCKER_REGISTRY_PASS=p"
        );
        Assert.Empty(logins.All());
        Assert.Contains("names a registry of ECR", Assert.Single(logins.Problems()).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void AreNamedOnceEach() =>
        Assert.Equal(
            ["10.0.0.1", "https://index.docker.io/v1/", "registry.example.com:5050", "repo.example.org:5000"],
            Logins(
                    $"{Gitlab};DOCKER_REGISTRY=docker.io;DOCKER_REGISTRY_USER=u;DOCKER_REGISTRY_PASS=p;"
                        + "X_DOCKER_REGISTRY=index.docker.io;X_DOCKER_REGISTRY_USER=v;X_DOCKER_REGISTRY_PASS=q;"
                        + "DOCKER_repo_example_org_5000_USR=u;DOCKER_repo_example_org_5000_PSW=p;"
                        + "DOCKER_10_0_0_1_USR=u;DOCKER_10_0_0_1_PSW=p;"
                        + "DOCKER_com_USR=u;DOCKER_com_PSW=p;DOCKER__USR=u;DOCKER__PSW=p"
                )
                .All()
                .Select(login => login.Host.DockerKey)
                .Order(StringComparer.Ordinal)
        );

    [Fact]
    public void AreNoneIfTurnedOff()
    {
        EnvironmentLogins logins = Logins(
            $"{Gitlab};DOCKER__USR=u;DOCKER__PSW=p;X_DOCKER_REGISTRY=$;X_DOCKER_REGISTRY_USER=u",
            isEnabled: false
        );
        Assert.Null(logins.Find("registry.example.com:5050"));
        Assert.Empty(logins.All());
        Assert.Empty(logins.Problems());
        Assert.False(logins.IsOfAnotherJob(new Credential("r", "gitlab-ci-token", "older")));
    }

    [Theory]
    [InlineData(Gitlab, "gitlab-ci-token", "older", true)]
    [InlineData(Gitlab, "gitlab-ci-token", "job", false)]
    [InlineData(Gitlab, "deploy", "older", false)]
    [InlineData("CI_REGISTRY=r.example", "gitlab-ci-token", "older", false)]
    public void TellAJobTokenOfAnotherJob(string variables, string username, string secret, bool isOfAnother) =>
        Assert.Equal(isOfAnother, Logins(variables).IsOfAnotherJob(new Credential("r.example", username, secret)));

    [Fact]
    public void NeverPrintASecret()
    {
        EnvironmentLogin login = Logins("DOCKER_REGISTRY=r.example;DOCKER_REGISTRY_USER=u;DOCKER_REGISTRY_PASS=s3cret")
            .Find("r.example")!;
        Assert.Equal("r.example (DOCKER_REGISTRY, DOCKER_REGISTRY_USER, DOCKER_REGISTRY_PASS)", login.ToString());
    }

    /// <summary>Text that an attacker may add to the host of a registry to obtain its credentials.</summary>
    private static readonly Gen<string> LookAlikes = Gen.Select(
        OneOf.Const("", "evil.", "evil-", "e", "@", "user@", "user:password@", "http://", "ftp://", "//", ".", "%00"),
        OneOf.Const(
            "registry.example.com:5050",
            "registry.example.com",
            "registry-example.com:5050",
            "registry.example.co:5050",
            "registry\u3002example.com:5050",
            "reg\u0131stry.example.com:5050",
            "registry.example.com.:5050",
            "registry..example.com:5050"
        ),
        OneOf.Const(
            "",
            ".evil.com",
            ":5051",
            ":",
            "@evil.com",
            "#",
            "\\@evil.com",
            "%2f",
            "0",
            "\u00ad",
            ":5050",
            "\t"
        ),
        (prefix, host, suffix) => prefix + host + suffix
    );

    [Fact]
    public void AreForNoHostThatOnlyLooksLikeTheOneThatIsNamed()
    {
        EnvironmentLogins logins = Logins(
            $"{Gitlab};DOCKER_REGISTRY=registry.example.com:5050;DOCKER_REGISTRY_USER=u;DOCKER_REGISTRY_PASS=p"
        );
        LookAlikes.Sample(host => Assert.Equal(host == "registry.example.com:5050", logins.Find(host) is not null));
    }

    [Fact]
    public void AreForEverySpellingOfTheHostThatIsNamed()
    {
        EnvironmentLogins logins = Logins(Gitlab);
        Gen.Select(
                OneOf.Const("", "https://", "HTTPS://"),
                OneOf.Const("registry.example.com", "REGISTRY.Example.COM"),
                OneOf.Const("", "/", "/v2/", "/group/app", "?a=b"),
                (scheme, host, path) => $"{scheme}{host}:5050{path}"
            )
            .Sample(url => Assert.NotNull(logins.Find(url)));
    }
}
