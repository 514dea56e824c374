using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Registry;

namespace CredHelper.Configuration;

/// <summary>The keys of a registry configuration and their valid values.</summary>
internal static class RegistryConfigurationKeys
{
    public const string DefaultHeader = "default";
    public const string Allow = "allow";
    private const string AliasPrefix = "alias ";
    private const string AliasOf = "registry";

    /// <summary>Keys of a registry's section, which choose its identity.</summary>
    private static readonly string[] Registry =
    [
        "credential_process_env",
        "credential_source",
        "endpoint_url",
        "external_id",
        "profile",
        "region",
        "role_arn",
        "session_name",
        "web_identity_token_env",
    ];

    /// <summary>Keys of <c>[default]</c>: the program's settings by the lower-case names of their variables.</summary>
    private static readonly string[] Settings =
    [
        "cache_dir",
        "disable_cache",
        "environment_logins",
        "fallback",
        "ignore_creds_storage",
        "log",
        "log_file",
        "store_ecr_logins",
        "strict",
        "timeout",
    ];

    /// <summary>All keys of <c>[default]</c>.</summary>
    internal static readonly string[] OfDefault = [.. Settings, Allow, "ca_bundle", "https_proxy", "no_proxy"];

    /// <summary>All keys of a section that names a registry or an alias.</summary>
    internal static readonly string[] OfRegistry = [.. Registry, .. RegistryRouteKeys.All, AliasOf];

    private static readonly string[] CredentialSources = ["Environment", "Ec2InstanceMetadata", "EcsContainer"];

    /// <exception cref="HelperException">The section or one of its lines is invalid.</exception>
    public static void Validate(RegistrySection section)
    {
        if (AsciiCase.AreEqual(section.Header, DefaultHeader))
        {
            ValidateDefaults(section);
            return;
        }
        bool alias = AsciiCase.StartsWith(section.Header, AliasPrefix);
        Known(section, alias ? [.. Registry, AliasOf] : [.. Registry, .. RegistryRouteKeys.All]);
        if (!alias && RegistryRouteKeys.IsIn(section))
        {
            RegistryRouteKeys.Validate(section);
            return;
        }
        if (alias)
        {
            ValidateAlias(section);
        }
        else if (!HostPattern.IsWellFormed(section.Header))
        {
            throw section.Error(
                section.Line,
                $"[{ForeignText.Clean(section.Header)}] is not a registry's host",
                "use a host with * for any part, [default] or [alias \"host\"]"
            );
        }
        else if (!RegistryShapes.Has(new HostPattern(AsciiCase.ToLower(section.Header))))
        {
            throw section.Error(
                section.Line,
                $"[{ForeignText.Clean(section.Header)}] does not match any ECR registry"
                    + $"{(NearRegistry.WhyNot(section.Header) is { } why ? $": {why}" : "")}",
                "use a registry such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com, with * for any "
                    + "part, or [alias \"host\"] for an alias; add a key such as helper for another registry"
            );
        }

        ValidateValues(section);
    }

    private static void ValidateDefaults(RegistrySection section)
    {
        Known(section, OfDefault);
        if (
            section.Values.TryGetValue(Allow, out MapValue allow)
            && Patterns(allow.Text) is var patterns
            && (patterns.Length == 0 || !patterns.All(HostPattern.IsWellFormed))
        )
        {
            throw section.Error(
                allow.Line,
                "allow is not a list of registry hosts, with * for any part",
                "write allow = 123456789012.dkr.ecr.*.amazonaws.com, public.ecr.aws"
            );
        }

        ValidateSettings(section);
    }

    /// <summary>Returns the host of an <c>[alias "host"]</c> in lower case; null for other sections.</summary>
    public static string? AliasHost(RegistrySection section)
    {
        if (!AsciiCase.StartsWith(section.Header, AliasPrefix))
            return null;
        return AsciiCase.ToLower(section.Header[AliasPrefix.Length..].Trim().Trim('"'));
    }

    public static string[] Patterns(string list) =>
        list.Split([',', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Returns the variable that a key of <c>[default]</c> corresponds to.</summary>
    public static string VariableOf(string key) =>
        key switch
        {
            "ca_bundle" => "AWS_CA_BUNDLE",
            "https_proxy" or "no_proxy" => key.ToUpperInvariant(),
            _ => "AWS_ECR_" + key.ToUpperInvariant(),
        };

    private static void Known(RegistrySection section, string[] keys)
    {
        foreach ((string key, MapValue value) in section.Values)
        {
            if (!keys.Contains(key))
            {
                throw section.Error(
                    value.Line,
                    $"unknown key '{ForeignText.Clean(key)}' in [{ForeignText.Clean(section.Header)}]",
                    $"use one of {string.Join(", ", keys.Order(StringComparer.Ordinal))}"
                );
            }

            if (value.Text.Length == 0)
                throw section.Error(value.Line, $"'{key}' has no value");
        }
    }

    /// <summary>Validates values as for the variables, but reports the line instead of the variable.</summary>
    private static void ValidateSettings(RegistrySection section)
    {
        foreach ((string key, MapValue value) in section.Values)
        {
            if (HelperSettings.WordsFor(VariableOf(key), value.Text) is { } words)
            {
                throw section.Error(
                    value.Line,
                    $"{key} = {ForeignText.Clean(value.Text)} is not a valid value",
                    $"set it to {words}"
                );
            }

            if (key is not ("timeout" or "fallback"))
                continue;
            try
            {
                _ = HelperSettings.Of(new EnvironmentSnapshot([new(VariableOf(key), value.Text)]));
            }
            catch (HelperException exception)
            {
                throw section.Error(
                    value.Line,
                    $"{key} = {ForeignText.Clean(value.Text)} is not a valid value",
                    exception.Hint
                );
            }
        }
    }

    private static void ValidateAlias(RegistrySection section)
    {
        string host = AliasHost(section)!;
        if (
            !HostPattern.IsWellFormed(host.Replace(":", "", StringComparison.Ordinal))
            || !new HostPattern(host).IsLiteral
            || EcrRegistry.TryParse(host, out _)
        )
        {
            throw section.Error(
                section.Line,
                "an alias must be the exact name of a host that is not ECR's own",
                "use a name such as [alias \"registry.corp.example\"]"
            );
        }

        if (!EcrRegistry.TryParse(section["registry"], out _))
        {
            throw section.Error(
                section.Values.TryGetValue("registry", out MapValue value) ? value.Line : section.Line,
                "an alias needs the key registry",
                "add registry = 123456789012.dkr.ecr.eu-west-1.amazonaws.com"
            );
        }
    }

    private static void ValidateValues(RegistrySection section)
    {
        Check(
            "role_arn",
            IsRoleArn,
            "is not the ARN of a role, with {account} and {region} as placeholders",
            "arn:aws:iam::{account}:role/NAME"
        );
        Check("region", value => Partition.OfRegion(value) is not null, "is not a region", "eu-west-1");
        Check(
            "session_name",
            IsSessionName,
            "is not a session name",
            "gitlab-runner: 2 to 64 letters, digits and _+=,.@-"
        );
        Check(
            "credential_source",
            CredentialSources.Contains,
            "is not a credential source",
            string.Join(", ", CredentialSources)
        );
        Check(
            "endpoint_url",
            IsSafeEndpoint,
            "is not an https URL (http only to this machine)",
            "https://vpce-….api.ecr.eu-west-1.vpce.amazonaws.com"
        );
        Check("web_identity_token_env", IsVariable, "is not the name of a variable", "ECR_ID_TOKEN");
        Check(
            "credential_process_env",
            value => Patterns(value) is { Length: > 0 } names && Array.TrueForAll(names, IsVariable),
            "is not a list of variables",
            "VAULT_ROLE, CI_PROJECT_PATH"
        );
        if (section["web_identity_token_env"] is not null && section["role_arn"] is null)
        {
            throw section.Error(
                section.Values["web_identity_token_env"].Line,
                "web_identity_token_env needs role_arn: the role that the token is exchanged for"
            );
        }

        foreach (string key in (string[])["external_id", "session_name"])
        {
            if (section[key] is not null && section["role_arn"] is null)
                throw section.Error(section.Values[key].Line, $"{key} needs role_arn: the role that it is for");
        }
        if (section["profile"] is not null && section["credential_source"] is not null)
        {
            throw section.Error(
                section.Values["credential_source"].Line,
                "profile and credential_source cannot be combined"
            );
        }

        void Check(string key, Func<string, bool> isValid, string what, string example)
        {
            if (section.Values.TryGetValue(key, out MapValue value) && !isValid(value.Text))
            {
                throw section.Error(
                    value.Line,
                    $"{key} = {ForeignText.Clean(value.Text)} {what}",
                    $"use, for example, {example}"
                );
            }
        }
    }

    private static bool IsRoleArn(string text)
    {
        string[] parts = text.Replace("{account}", "123456789012", StringComparison.Ordinal)
            .Replace("{region}", "eu-west-1", StringComparison.Ordinal)
            .Split(':', 6);
        return parts is ["arn", not "", "iam", "", { Length: 12 } account, ['r', 'o', 'l', 'e', '/', _, ..] role]
            && account.All(char.IsAsciiDigit)
            && !role.AsSpan().ContainsAny('{', '}', '<');
    }

    private static bool IsVariable(string text) => text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private static bool IsSessionName(string text) =>
        text.Length is >= 2 and <= 64
        && text.All(c => char.IsAsciiLetterOrDigit(c) || "_+=,.@-".Contains(c, StringComparison.Ordinal));

    private static bool IsSafeEndpoint(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? url)
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));
}
