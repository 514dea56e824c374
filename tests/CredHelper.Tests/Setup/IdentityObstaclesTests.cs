using CredHelper.Setup;

namespace CredHelper.Tests.Setup;

public sealed class IdentityObstaclesTests : IDisposable
{
    private readonly Home _home = new();

    [Theory]
    [InlineData("123456789012/eu-wset-1", "did you mean eu-west-1?")]
    [InlineData("123456789012.dkr.ecr.eu-centrel-1.amazonaws.com", "did you mean eu-central-1?")]
    [InlineData("123456789012/xx-nowhere-77", "check its name")]
    public void AMisspeltRegionIsAnObstacle(string registry, string hint) =>
        Assert.Equal(hint, Assert.Single(IdentityObstacles.OfRegions([RegistryArgument.Parse(registry)], null)).Hint);

    [Fact]
    public void AMisspeltRegionOfTheOptionIsAnObstacle() =>
        Assert.Equal(
            "AWS has no region 'us-eats-1', as far as this version knows",
            Assert.Single(IdentityObstacles.OfRegions([], "us-eats-1")).Problem
        );

    [Theory]
    [InlineData("123456789012/eu-west-1")]
    [InlineData("123456789012/cn-northwest-1")]
    [InlineData("123456789012/us-gov-east-1")]
    [InlineData("public.ecr.aws")]
    public void ARegionOfAwsIsNot(string registry) =>
        Assert.Empty(IdentityObstacles.OfRegions([RegistryArgument.Parse(registry)], "us-east-1"));

    [Theory]
    [InlineData("biuld", "did you mean 'build'?")]
    [InlineData("nope", "add [profile nope] there")]
    public void AnUnknownProfileIsAnObstacle(string profile, string hint)
    {
        string path = _home.Write(".aws/config", "[profile build]\nregion = eu-west-1\n");
        Obstacle obstacle = Assert.Single(OfProfile(profile));
        Assert.Equal($"{path} has no profile '{profile}'", obstacle.Problem);
        Assert.Equal(hint, obstacle.Hint);
    }

    [Fact]
    public void AProfileOfEitherFileIsNot()
    {
        _home.Write(".aws/config", "[profile build]\n");
        _home.Write(".aws/credentials", "[keys]\n");
        Assert.Empty(OfProfile("build"));
        Assert.Empty(OfProfile("keys"));
    }

    [Fact]
    public void TheDefaultProfileNeedsNoSection() => Assert.Empty(OfProfile("default"));

    public void Dispose() => _home.Dispose();

    private IEnumerable<Obstacle> OfProfile(string profile) =>
        IdentityObstacles.OfProfiles(
            _home.Environment(),
            [RegistryArgument.Parse($"123456789012/eu-west-1={profile}")]
        );
}
