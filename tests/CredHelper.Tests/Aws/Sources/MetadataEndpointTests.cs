using CredHelper.Aws.Sources;
using CredHelper.Errors;
using CredHelper.Tests.Aws.Config;

namespace CredHelper.Tests.Aws.Sources;

/// <summary>The endpoint of IMDS and its time limits.</summary>
public sealed class MetadataEndpointTests : IDisposable
{
    private readonly AwsHome _home = new(
        "[default]\n[profile six]\nec2_metadata_service_endpoint_mode = ipv6 # here\n[profile "
            + "own]\nec2_metadata_service_endpoint = http://127.0.0.1:1338\n"
            + "[profile timed]\nmetadata_service_timeout = 3\nmetadata_service_num_attempts = 2\n"
            + "ec2_metadata_v1_disabled = true\n"
    );

    public void Dispose() => _home.Dispose();

    [Fact]
    public void AreASecondForEachAtTheLinkLocalAddress()
    {
        MetadataEndpoint where = Of("default");
        Assert.Equal(
            (new Uri("http://169.254.169.254/"), TimeSpan.FromSeconds(1), 1, true),
            (where.Url, where.Limit, where.Attempts, where.IsVersion1Allowed)
        );
    }

    [Fact]
    public void AreThoseOfTheProfile()
    {
        Assert.Equal(new Uri("http://[fd00:ec2::254]/"), Of("six").Url);
        Assert.Equal(new Uri("http://127.0.0.1:1338/"), Of("own").Url);
    }

    [Fact]
    public void AreThoseOfTheEnvironmentFirst()
    {
        MetadataEndpoint where = Of(
            "own",
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://[::1]:99/base/"),
            ("AWS_METADATA_SERVICE_TIMEOUT", "2.5"),
            ("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "3")
        );
        Assert.Equal(
            (new Uri("http://[::1]:99/base/"), TimeSpan.FromSeconds(2.5), 3),
            (where.Url, where.Limit, where.Attempts)
        );
        Assert.Equal(
            new Uri("http://169.254.169.254/"),
            Of("six", ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv4")).Url
        );
    }

    [Theory]
    [InlineData("AWS_EC2_METADATA_SERVICE_ENDPOINT", "169.254.169.254")]
    [InlineData("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ftp://169.254.169.254")]
    [InlineData("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "both")]
    [InlineData("AWS_METADATA_SERVICE_TIMEOUT", "soon")]
    [InlineData("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "many")]
    [InlineData("AWS_EC2_METADATA_V1_DISABLED", "maybe")]
    public void AreRefusedWhereTheyMakeNoSense(string name, string value)
    {
        HelperException e = Assert.Throws<HelperException>(() => Of("default", (name, value)));
        Assert.Equal(FailureKind.Configuration, e.Kind);
        Assert.StartsWith(name, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", "0", 0.1, 1)]
    [InlineData("1000", "1000000", 60, 10)]
    [InlineData("86400.5", "99999999999999999999", 60, 10)]
    public void AreClampedToWhatMakesSense(string timeout, string attempts, double seconds, int count)
    {
        MetadataEndpoint where = Of(
            "default",
            ("AWS_METADATA_SERVICE_TIMEOUT", timeout),
            ("AWS_METADATA_SERVICE_NUM_ATTEMPTS", attempts)
        );
        Assert.Equal((TimeSpan.FromSeconds(seconds), count), (where.Limit, where.Attempts));
    }

    [Fact]
    public void AreTimedAndLimitedByTheProfile()
    {
        MetadataEndpoint where = Of("timed");
        Assert.Equal((TimeSpan.FromSeconds(3), 2, false), (where.Limit, where.Attempts, where.IsVersion1Allowed));
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("TRUE ", true)]
    [InlineData("false", false)]
    [InlineData("1", false)]
    public void AreSwitchedOffByTrueAlone(string value, bool isOff) =>
        Assert.Equal(isOff, MetadataEndpoint.IsDisabled(_home.Environment((MetadataEndpoint.Switch, value))));

    private MetadataEndpoint Of(string profile, params (string Name, string Value)[] variables) =>
        MetadataEndpoint.Of(_home.Environment(variables), _home.Load().Find(profile)!);
}
