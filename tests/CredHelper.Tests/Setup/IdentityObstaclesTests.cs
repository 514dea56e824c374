using CredHelper.Setup;

namespace CredHelper.Tests.Setup;

public sealed class IdentityObstaclesTests : IDisposable
{
    private readonly Home _home = new();

    [Theory]
    [InlineData("123456789012/eu-wset-1", "--registry 123456789012/eu-west-1")]
    [InlineData(
        "123456789012.dkr.ecr.eu-centrel-1.amazonaws.com",
        "--registry 123456789012.dkr.ecr.eu-central-1.amazonaws.com"
    )]
    [InlineData("123456789012/xx-nowhere-77", "use a region of AWS, such as eu-west-1")]
    public void AMisspeltRegionIsAnObstacle(string registry, string remedy)
    {
        Obstacle obstacle = Assert.Single(IdentityObstacles.OfRegions([RegistryArgument.Parse(registry)], null));
        Assert.EndsWith(remedy, Remedy(obstacle, registry), StringComparison.Ordinal);
    }

    [Fact]
    public void AMisspeltRegionOfTheOptionIsAnObstacle() =>
        Assert.Equal(
            "'us-eats-1' is not an AWS region that this version knows",
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
    [InlineData("biuld", "--registry 123456789012/eu-west-1=build")]
    [InlineData("nope", "add [profile nope] to ")]
    public void AnUnknownProfileIsAnObstacle(string profile, string remedy)
    {
        string path = _home.Write(".aws/config", "[profile build]\nregion = eu-west-1\n");
        Obstacle obstacle = Assert.Single(OfProfile(profile));
        Assert.Equal($"{path} has no profile '{profile}'", obstacle.Problem);
        Assert.Contains(remedy, Remedy(obstacle, $"123456789012/eu-west-1={profile}"), StringComparison.Ordinal);
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

    private static string Remedy(Obstacle obstacle, string registry) =>
        Obstacle.Remedy([obstacle], Modes.Command.With("--registry", registry));

    private IEnumerable<Obstacle> OfProfile(string profile) =>
        IdentityObstacles.OfProfiles(
            _home.Environment(),
            [RegistryArgument.Parse($"123456789012/eu-west-1={profile}")]
        );
}
