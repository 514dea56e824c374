namespace CredHelper.Aws.Config;

/// <summary>Commands of the AWS CLI that hints suggest.</summary>
internal static class AwsCli
{
    /// <summary>Writes an access key to the default profile.</summary>
    public const string Configure = "aws configure";

    /// <summary>Signs in to IAM Identity Center with the default profile.</summary>
    public const string SsoLogin = "aws sso login";

    public static string SsoLoginTo(string profile) => $"{SsoLogin} --profile {SettingValue.Argument(profile)}";

    public static string ConfigureProfile(string profile) => $"{Configure} --profile {SettingValue.Argument(profile)}";
}
