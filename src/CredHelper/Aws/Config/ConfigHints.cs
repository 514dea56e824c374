namespace CredHelper.Aws.Config;

/// <summary>
/// Finds the line of an AWS file that may be a mistake: it is skipped, as in the AWS CLI, and may be the reason why a
/// setting is missing. The hint contains <c>PATH:LINE</c> and the correction, but no part of a value.
/// </summary>
internal sealed class ConfigHints(AwsFile file, bool isCredentials)
{
    private static readonly string[] Keys =
    [
        "role_arn",
        "source_profile",
        "credential_source",
        "web_identity_token_file",
        "aws_access_key_id",
        "aws_secret_access_key",
        "aws_session_token",
        "sso_session",
        "sso_account_id",
        "sso_role_name",
        "sso_region",
        "sso_start_url",
        "credential_process",
        "login_session",
    ];

    /// <summary>Names of keys in other tools, without <c>aws_</c> and underscores.</summary>
    private static readonly Dictionary<string, string> OtherNames = new(StringComparer.Ordinal)
    {
        ["accesskey"] = "aws_access_key_id",
        ["accesskeyid"] = "aws_access_key_id",
        ["keyid"] = "aws_access_key_id",
        ["secret"] = "aws_secret_access_key",
        ["secretkey"] = "aws_secret_access_key",
        ["secretaccesskey"] = "aws_secret_access_key",
    };

    private static readonly string[] Kinds = ["profile", "sso-session", "services"];

    /// <summary>
    /// Finds a header that may have been meant for a profile: an unclosed one, or one of another kind.
    /// </summary>
    public string? HeaderOf(string profile)
    {
        IEnumerable<(int Line, string Text)> headers = file
            .Content.Skipped.Select(skipped => (skipped.Line, skipped.Text))
            .Concat(
                file.Content.Sections.Where(section => !IsKnown(section.Name, profile))
                    .Select(section => (section.Line, section.Name))
            );
        // configparser treats [DEFAULT] as defaults for every section.
        if (file.Content.SharedLine is { } shared)
            headers = headers.Append((shared, "DEFAULT"));
        foreach ((int line, string text) in headers.OrderBy(header => header.Item1))
        {
            string words = text.Trim('[', ']', '(', ')', '{', '}', ' ', '\t');
            int blank = words.AsSpan().IndexOfAny(' ', '\t');
            if (
                !Unquoted(IsOfAKind(words) ? words[blank..] : words).Equals(profile, StringComparison.OrdinalIgnoreCase)
            )
            {
                continue;
            }

            return $"change {At(line)} to [{HeaderFor(profile)}]";
        }
        return KeyBeforeHeader(profile);
    }

    /// <summary>Finds a key that belongs to no section because it precedes the first header.</summary>
    private string? KeyBeforeHeader(string profile)
    {
        if (file.Content.Skipped is not [{ Section: null } first, ..])
            return null;
        string key = first.Text.Split(['=', ':', ' ', '\t'], 2)[0].ToLowerInvariant();
        return Keys.Contains(key)
            ? $"add [{HeaderFor(profile)}] above {At(first.Line)}, which has {key} before the first [section]"
            : null;
    }

    /// <summary>Finds a line of a profile that may have been meant as its credentials.</summary>
    public string? SettingOf(ConfigSection? section)
    {
        if (section is null)
            return null;
        foreach (SkippedLine skipped in file.Content.Skipped.Where(skipped => skipped.Section == section.Name))
        {
            return Meant(FirstWord(skipped.Text)) is { } key
                ? NoSign(skipped.Line, key)
                : $"correct {At(skipped.Line)}, which is neither a [section] nor key = value";
        }
        foreach ((string name, int line) in section.KeyLines.OrderBy(key => key.Value))
        {
            if (FirstWord(name) is ("export" or "set") and var command)
                return $"remove {command} from the beginning of {At(line)}";
            // A colon also ends a key, and ARNs contain colons.
            if (FirstWord(name) is var word && word != name && Meant(word) is { } begun)
                return NoSign(line, begun);
            if (!Keys.Contains(name) && Meant(name) is { } key)
                return $"change {SettingValue.Printable(name)} in {At(line)} to {key}";
        }
        return null;
    }

    private string NoSign(int line, string key) => $"add the missing = to {At(line)}: {key} = …";

    private static string FirstWord(string text) => text.Split([' ', '\t'], 2)[0].ToLowerInvariant();

    private static string? Meant(string word)
    {
        string name = word.Replace('-', '_');
        if (NearNames.Of(name, Keys) is [var key, ..])
            return key;
        string plain = (name.StartsWith("aws_", StringComparison.Ordinal) ? name[4..] : name).Replace(
            "_",
            "",
            StringComparison.Ordinal
        );
        return OtherNames.GetValueOrDefault(plain);
    }

    private static string Unquoted(string name) => name.Trim(' ', '\t', '"', '\'');

    private string HeaderFor(string profile)
    {
        string name = SettingValue.Printable(profile);
        return isCredentials || profile == AwsSettings.DefaultProfile
            ? name
            : $"profile {(name.Contains(' ', StringComparison.Ordinal) ? $"\"{name}\"" : name)}";
    }

    private static bool IsOfAKind(string header) =>
        header.AsSpan().IndexOfAny(' ', '\t') is > 0 and var blank
        && NearNames.Of(header[..blank], ["profile"]).Count > 0;

    /// <summary>
    /// In the credentials file every header is the exact name of a profile: <c>[Default]</c> and <c>[ dev ]</c> are not
    /// default and dev.
    /// </summary>
    private bool IsKnown(string header, string profile) =>
        isCredentials
            ? !IsOfAKind(header)
                && header == header.Trim()
                && (profile != AwsSettings.DefaultProfile || header == profile)
            : (
                header == AwsSettings.DefaultProfile
                || Array.Exists(Kinds, kind => SectionName.After(kind, header) is not null)
            );

    private string At(int line) => $"{SettingValue.Printable(file.Path)}:{line}";
}
