using CredHelper.Aws.Config;
using CredHelper.Aws.Sources;
using CredHelper.Errors;
using CredHelper.Tests.Aws.Config;

namespace CredHelper.Tests.Aws.Sources;

/// <summary>A profile of IAM Identity Center, with a session or without.</summary>
public sealed class SsoSettingsTests
{
    private const string Role = "sso_account_id = 123456789012\nsso_role_name = Admin Of All\n";
    private const string Session =
        "[sso-session corp]\nsso_region = eu-west-1 # Ireland\nsso_start_url = https://corp.awsapps.com/start\n";

    [Fact]
    public void TakesRegionAndUrlFromItsSession()
    {
        SsoSettings settings = Of("[profile p]\nsso_session = corp\n" + Role + Session)!;
        Assert.Equal(
            ("corp", "eu-west-1", "https://corp.awsapps.com/start", "123456789012", "Admin Of All"),
            (settings.SessionName, settings.Region, settings.StartUrl, settings.AccountId, settings.RoleName)
        );
        Assert.Equal("SSO session corp, role Admin Of All of profile 'p'", settings.Words);
    }

    [Theory]
    // The names that the AWS CLI uses, checked with sha1sum.
    [InlineData("[profile p]\nsso_session = corp\n" + Role + Session, "ee0bfd2552fbd840c02cc48b6e823320543c450f.json")]
    [InlineData(
        "[profile p]\nsso_region = x\nsso_start_url = https://corp.awsapps.com/start\n" + Role,
        "a51746d4aa793ae07b25e90c3a5db96fc7832bd7.json"
    )]
    public void NamesTheFileOfItsToken(string config, string name) => Assert.Equal(name, Of(config)!.FileName);

    [Theory]
    [InlineData("[profile p]\nregion = eu-west-1\n")]
    [InlineData("[profile p]\nsso_session = corp\n" + Session)]
    [InlineData("[profile p]\nsso_start_url = https://s\nsso_region = eu-west-1\n")]
    public void IsNoneWithoutAccountAndRole(string config) => Assert.Null(Of(config));

    [Theory]
    [InlineData("[profile p]\nsso_session = corp\nsso_account_id = 1\n" + Session, "has no sso_role_name")]
    [InlineData("[profile p]\nsso_session = corp\nsso_role_name = r\n" + Session, "has no sso_account_id")]
    [InlineData("[profile p]\nsso_session = other\n" + Role + Session, "names a session that does not exist")]
    [InlineData(
        "[profile p]\nsso_session = corp\n" + Role + "[sso-session corp]\nsso_region = x\n",
        "has no sso_start_url"
    )]
    [InlineData("[profile p]\n" + Role, "has no sso_region")]
    [InlineData(
        "[profile p]\nsso_session = corp\nsso_region = us-east-1\n" + Role + Session,
        "differs from sso_region of [sso-session corp]"
    )]
    public void IsRefusedWhereSomethingIsMissingOrContradicts(string config, string words)
    {
        HelperException e = Assert.Throws<HelperException>(() => Of(config));
        Assert.Equal(FailureKind.Configuration, e.Kind);
        Assert.Contains(words, e.Message, StringComparison.Ordinal);
        Assert.NotNull(e.Hint);
    }

    private static SsoSettings? Of(string config)
    {
        using var home = new AwsHome(config);
        AwsProfiles profiles = home.Load();
        return SsoSettings.Of(profiles.Find("p")!, profiles);
    }
}
