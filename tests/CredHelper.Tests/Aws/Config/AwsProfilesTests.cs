using CredHelper.Aws.Config;
using CredHelper.Errors;

namespace CredHelper.Tests.Aws.Config;

/// <summary>Which profile is used, and the message if it does not exist.</summary>
public sealed class AwsProfilesTests : IDisposable
{
    private readonly AwsHome _home = new(
        "[default]\nregion = eu-west-1\n[profile prod]\nregion = us-east-1\n[profile production-eu]\n[profile PROD]\n",
        "[keys]\naws_access_key_id = AKIDEXAMPLE000000001\naws_secret_access_key = \"a#b\"\n"
    );

    public void Dispose() => _home.Dispose();

    [Fact]
    public void IsTheGivenOneFirst()
    {
        AwsSettings settings = _home.ResolveFor("prod", ("AWS_PROFILE", "keys"), ("AWS_DEFAULT_PROFILE", "missing"));
        Assert.Equal(("prod", "given", "us-east-1"), (settings.ProfileName, settings.ProfileOrigin, settings.Region));
    }

    [Fact]
    public void IsThatOfAwsProfileWithoutAwsDefaultProfile()
    {
        AwsSettings settings = _home.ResolveFor("", ("AWS_PROFILE", "prod"), ("AWS_DEFAULT_PROFILE", ""));
        Assert.Equal(("prod", "AWS_PROFILE"), (settings.ProfileName, settings.ProfileOrigin));
    }

    [Fact]
    public void IsThatOfAwsDefaultProfileNext()
    {
        AwsSettings settings = _home.Resolve(("AWS_PROFILE", "missing"), ("AWS_DEFAULT_PROFILE", "prod"));
        Assert.Equal(("prod", "AWS_DEFAULT_PROFILE"), (settings.ProfileName, settings.ProfileOrigin));
    }

    [Fact]
    public void IsTheDefaultLast() =>
        Assert.Equal(("default", "default"), (_home.Resolve().ProfileName, _home.Resolve().ProfileOrigin));

    [Fact]
    public void MayBeADefaultThatWasNeverWritten()
    {
        using var bare = new AwsHome();
        AwsSettings settings = bare.Resolve(("AWS_PROFILE", "default"));
        Assert.Empty(settings.Profile.Settings);
        Assert.Empty(settings.Profile.Files);
        Assert.Null(settings.Region);
        Assert.Null(settings.RegionOrigin);
    }

    [Fact]
    public void IsRefusedWhereItIsUnknown()
    {
        HelperException e = Assert.Throws<HelperException>(() => _home.ResolveFor("stage"));
        Assert.Equal(FailureKind.Configuration, e.Kind);
        Assert.Equal($"profile 'stage' not found in {_home.ConfigPath} or {_home.CredentialsPath}", e.Message);
        Assert.Equal("aws configure --profile stage", e.Hint);
        Assert.EndsWith(
            "(named by AWS_PROFILE)",
            _home.Refusal(("AWS_PROFILE", "stage")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void IsRefusedWithWhoNamedIt() =>
        Assert.EndsWith(
            "/credentials (named by the registry map)",
            AwsSettings.UnknownProfile("stage", "the registry map", _home.Load()).Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("Prod", "did you mean 'prod' or 'PROD'?")]
    [InlineData("prd", "did you mean 'prod' or 'PROD'?")]
    [InlineData("production-us", "did you mean 'production-eu'?")]
    [InlineData("key", "did you mean 'keys'?")]
    [InlineData("two words", "aws configure --profile 'two words'")]
    [InlineData("it's", "aws configure --profile 'it'\\''s'")]
    public void NamesWhatMayHaveBeenMeant(string name, string hint) =>
        Assert.Equal(hint, Assert.Throws<HelperException>(() => _home.ResolveFor(name)).Hint);

    [Fact]
    public void KeepsControlCharactersOutOfTheMessage() =>
        Assert.StartsWith(
            "profile 'a?[31m?b' not found",
            Assert.Throws<HelperException>(() => _home.ResolveFor("a\u001b[31m\nb")).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void KnowsItsFiles()
    {
        File.AppendAllText(_home.CredentialsPath, "[prod]\nregion = us-west-2\n");
        AwsProfiles profiles = _home.Load();
        Assert.Equal([_home.ConfigPath, _home.CredentialsPath], profiles.Find("prod")!.Files);
        Assert.Equal([_home.CredentialsPath], profiles.Find("keys")!.Files);
        Assert.Equal([_home.ConfigPath], profiles.Find("default")!.Files);
        Assert.Equal("us-west-2", profiles.Find("prod")!["region"]);
        Assert.Equal(
            $"region of profile 'prod' in {_home.CredentialsPath}:5",
            profiles.Find("prod")!.OriginOf("region")
        );
        Assert.Null(profiles.Find("stage"));
        Assert.Equal(["default", "prod", "production-eu", "PROD", "keys"], profiles.Names);
    }

    [Fact]
    public void NeverPrintsASecret()
    {
        AwsProfile profile = _home.Load().Find("keys")!;
        Assert.Equal("\"a#b\"", profile["aws_secret_access_key"]);
        Assert.Equal("profile 'keys'", profile.ToString());
        Assert.Equal("[keys]", profile.InCredentialsFile!.ToString());
        Assert.Equal("here", new Setting("secret", "here").ToString());
    }

    [Fact]
    public void TakesAnEmptyValueForNone()
    {
        using var home = new AwsHome("[default]\nregion =\n", "[default]\nca_bundle =\n");
        Assert.Null(home.Load().Find("default")!["region"]);
        Assert.Null(home.Resolve().CaBundle);
        Assert.Contains("region", home.Load().Find("default")!.Settings.Keys);
    }
}
