using CredHelper.Errors;

namespace CredHelper.Tests.Aws.Config;

/// <summary>Which endpoint a call uses, in the order of the AWS SDKs and Tools Reference Guide.</summary>
public sealed class EndpointUrlsTests : IDisposable
{
    private readonly AwsHome _home = new(
        """
        [default]
        services = local # the one below
        endpoint_url = http://profile.example

        [profile bare]
        region = eu-west-1

        [profile off]
        services = local
        endpoint_url = http://profile.example
        ignore_configured_endpoint_urls = TRUE # for now

        [profile lost]
        services = no such
        endpoint_url = http://profile.example

        [services local]
        ecr =
          endpoint_url = http://ecr.example # ours
        ecr_public =
          endpoint_url = http://public.example
        sso_oidc =
          endpoint_url = http://oidc.example
          region = us-east-1
        """
    );

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("ECR", "http://ecr.example/")]
    [InlineData("ECR PUBLIC", "http://public.example/")]
    [InlineData("SSO OIDC", "http://oidc.example/")]
    [InlineData("SSO", "http://profile.example/")]
    [InlineData("STS", "http://profile.example/")]
    public void IsTheServicesBlockBeforeTheProfile(string service, string url) => Assert.Equal(url, Endpoint(service));

    [Theory]
    [InlineData("ECR", "AWS_ENDPOINT_URL_ECR")]
    [InlineData("ECR PUBLIC", "AWS_ENDPOINT_URL_ECR_PUBLIC")]
    [InlineData("STS", "AWS_ENDPOINT_URL_STS")]
    [InlineData("SSO", "AWS_ENDPOINT_URL_SSO")]
    [InlineData("SSO OIDC", "AWS_ENDPOINT_URL_SSO_OIDC")]
    public void IsTheServicesOwnVariableBeforeAll(string service, string variable)
    {
        (string, string)[] variables =
        [
            ("AWS_ENDPOINT_URL", "https://all.example"),
            (variable, "http://127.0.0.1:4566"),
        ];
        Assert.Equal("http://127.0.0.1:4566/", Endpoint(service, variables));
        Assert.Equal(variable, _home.Resolve(variables).EndpointUrl(service)!.Value.Origin);
    }

    [Theory]
    [InlineData("ECR")]
    [InlineData("STS")]
    public void IsTheCommonVariableBeforeTheFile(string service) =>
        Assert.Equal(
            "https://all.example/",
            Endpoint(
                service,
                ("AWS_ENDPOINT_URL", "https://all.example"),
                ("AWS_ENDPOINT_URL_SSO", "http://sso.example")
            )
        );

    [Fact]
    public void IsAwssOwnWhereNothingIsSaid() =>
        Assert.Null(Endpoint("ECR", ("AWS_PROFILE", "bare"), ("AWS_ENDPOINT_URL", "")));

    [Fact]
    public void IsAwssOwnWhereTheFileSaysToIgnoreTheRest() =>
        Assert.Null(Endpoint("ECR", ("AWS_PROFILE", "off"), ("AWS_ENDPOINT_URL_ECR", "http://env.example")));

    [Fact]
    public void IsAwssOwnWhereTheEnvironmentSaysToIgnoreTheRest() =>
        Assert.Null(Endpoint("ECR", ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "True")));

    [Fact]
    public void IsTheConfiguredOneWhereTheEnvironmentOverrulesTheFile() =>
        Assert.Equal(
            "http://ecr.example/",
            Endpoint("ECR", ("AWS_PROFILE", "off"), ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "false"))
        );

    [Theory]
    [InlineData("localhost:4566")]
    [InlineData("ecr.example")]
    [InlineData("/path")]
    [InlineData("ftp://ecr.example")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://")]
    [InlineData("https://:443")]
    [InlineData("http://a b/")]
    public void IsRefusedWhereItIsNoHttpUrl(string url)
    {
        HelperException e = Assert.Throws<HelperException>(() => Endpoint("ECR", ("AWS_ENDPOINT_URL_ECR", url)));
        Assert.Equal(FailureKind.Configuration, e.Kind);
        Assert.Equal("AWS_ENDPOINT_URL_ECR is not an absolute http or https URL", e.Message);
        Assert.NotNull(e.Hint);
    }

    [Fact]
    public void IsRefusedWithAPasswordThatIsNotShown()
    {
        HelperException e = Assert.Throws<HelperException>(() =>
            Endpoint("ECR", ("AWS_ENDPOINT_URL", "https://user:hunter2@ecr.example"))
        );
        Assert.Equal("AWS_ENDPOINT_URL contains a user name or password", e.Message);
        Assert.DoesNotContain("hunter2", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void IsRefusedByTheKeyOfItsFile()
    {
        File.WriteAllText(
            _home.ConfigPath,
            "[default]\nservices = s\nendpoint_url = no\n[services s]\necr =\n  endpoint_url = nor this\n"
        );
        Assert.Equal(
            $"endpoint_url of ecr in [services s] of {_home.ConfigPath} is not an absolute http or https URL",
            Assert.Throws<HelperException>(() => Endpoint("ECR")).Message
        );
        Assert.Equal(
            $"endpoint_url of profile 'default' in {_home.ConfigPath}:3 is not an absolute http or https URL",
            Assert.Throws<HelperException>(() => Endpoint("STS")).Message
        );
    }

    [Fact]
    public void IsRefusedWhereTheServicesSectionIsMissing()
    {
        HelperException e = Assert.Throws<HelperException>(() => Endpoint("ECR", ("AWS_PROFILE", "lost")));
        Assert.Equal(
            $"services of profile 'lost' in {_home.ConfigPath}:14 names a section that does not exist",
            e.Message
        );
        Assert.Equal($"add [services no such] to {_home.ConfigPath} or remove the line", e.Hint);
        Assert.Equal(
            "http://env.example/",
            Endpoint("ECR", ("AWS_PROFILE", "lost"), ("AWS_ENDPOINT_URL", "http://env.example"))
        );
    }

    private string? Endpoint(string service, params (string Name, string Value)[] variables) =>
        _home.Resolve(variables).EndpointUrl(service)?.Url.AbsoluteUri;
}
