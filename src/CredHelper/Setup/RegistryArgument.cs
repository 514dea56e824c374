using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Registry;

namespace CredHelper.Setup;

/// <summary>
/// A registry on the command line: <c>HOST</c>, <c>ACCOUNT/REGION</c> or <c>public.ecr.aws</c>, optionally followed by
/// an equals sign and the profile or role that is used for it.
/// </summary>
internal sealed record RegistryArgument(EcrRegistry Registry, string? Profile, string? RoleArn)
{
    private const string Accepted =
        "use a host such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com, an account and region such as "
        + "123456789012/eu-west-1, or public.ecr.aws";

    public string Host => Registry.Host;

    /// <summary>The argument as it would be typed again.</summary>
    public string Text => (Profile ?? RoleArn) is { } identity ? $"{Host}={identity}" : Host;

    /// <exception cref="HelperException">Of <see cref="FailureKind.Usage"/>: it has none of these forms.</exception>
    public static RegistryArgument Parse(string text)
    {
        int equals = text.IndexOf('=');
        string name = equals < 0 ? text : text[..equals];
        EcrRegistry registry =
            RegistryName.Find(name.Trim())
            ?? throw new HelperException(
                FailureKind.Usage,
                $"'{ForeignText.Clean(name)}' is not an ECR registry",
                Accepted
            );
        if (equals < 0)
            return new RegistryArgument(registry, null, null);
        string identity = text[(equals + 1)..].Trim();
        if (identity.Length == 0 || identity.AsSpan().ContainsAnyInRange('\0', '\u001F'))
        {
            throw new HelperException(
                FailureKind.Usage,
                $"'{ForeignText.Clean(text)}' has no profile or role after the equals sign",
                "use HOST=PROFILE or HOST=arn:aws:iam::123456789012:role/NAME"
            );
        }

        if (!identity.StartsWith("arn:", StringComparison.Ordinal))
            return new RegistryArgument(registry, identity, null);
        return IsRole(identity)
            ? new RegistryArgument(registry, null, identity)
            : throw new HelperException(
                FailureKind.Usage,
                $"'{ForeignText.Clean(identity)}' is not the ARN of a role",
                "use arn:aws:iam::123456789012:role/NAME"
            );
    }

    /// <summary>Whether the text has the form <c>arn:PARTITION:iam::ACCOUNT:role/NAME</c>.</summary>
    private static bool IsRole(string arn) =>
        arn.Split(':', 6) is ["arn", _, "iam", "", { Length: 12 } account, var resource]
        && account.All(char.IsAsciiDigit)
        && resource.StartsWith("role/", StringComparison.Ordinal)
        && resource.Length > "role/".Length;
}
