using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Configuration;

/// <summary>
/// The keys of a section that chooses the credentials of any registry, and their valid values. A section makes one
/// choice.
/// </summary>
internal static class RegistryRouteKeys
{
    public const string Helper = "helper",
        Username = "username",
        PasswordFile = "password_file",
        UsernameVariable = "username_env",
        PasswordVariable = "password_env";

    private const string Anonymous = "anonymous";
    private const string DefaultPort = ":443";

    public static readonly string[] All =
    [
        Anonymous,
        Helper,
        PasswordFile,
        PasswordVariable,
        Username,
        UsernameVariable,
    ];

    /// <summary>Keys that belong together: a section has the keys of one of these lines.</summary>
    private static readonly string[][] Choices =
    [
        [Helper],
        [Username, PasswordFile],
        [UsernameVariable, PasswordVariable],
        [Anonymous],
    ];

    private const string Example =
        "write helper = NAME, or username with password_file, or username_env with password_env, or anonymous = true";

    public static bool IsIn(RegistrySection section) => Array.Exists(All, section.Values.ContainsKey);

    /// <summary>
    /// Returns the pattern of a section's name: a host in lower case, with <c>*</c> and <c>?</c>, and a port unless it
    /// is 443.
    /// </summary>
    public static HostPattern PatternOf(RegistrySection section)
    {
        string text = AsciiCase.ToLower(section.Header);
        return new HostPattern(
            text.EndsWith(DefaultPort, StringComparison.Ordinal) ? text[..^DefaultPort.Length] : text
        );
    }

    /// <exception cref="HelperException">Its name, its choice or one of its values is not valid.</exception>
    public static void Validate(RegistrySection section)
    {
        if (!IsPattern(section.Header))
        {
            throw section.Error(
                section.Line,
                $"[{ForeignText.Clean(section.Header)}] is not the host of a registry",
                "use a host, or a host and port, with * for any part"
            );
        }
        string[] given = [.. section.Values.Keys.Where(All.Contains)];
        string[]? choice = Array.Find(Choices, keys => keys.Contains(given[0]));
        if (section.Values.Keys.FirstOrDefault(key => !choice!.Contains(key)) is { } other)
            throw section.Error(section.Values[other].Line, $"{given[0]} and {other} cannot be combined", Example);
        if (Array.Find(choice!, key => !given.Contains(key)) is { } missing)
            throw section.Error(section.Values[given[0]].Line, $"{given[0]} needs {missing}", Example);
        ValidateValues(section);
    }

    private static void ValidateValues(RegistrySection section)
    {
        Check(Helper, IsOtherHelper, "is not the name of another helper", "pass, for docker-credential-pass");
        Check(Username, text => !text.Contains(':', StringComparison.Ordinal), "contains a colon", "robot");
        Check(
            PasswordFile,
            IsPath,
            "is not an absolute path",
            "/run/secrets/registry-password, or ~/.registry-password"
        );
        Check(UsernameVariable, IsVariable, "is not the name of a variable", "REGISTRY_USER");
        Check(PasswordVariable, IsVariable, "is not the name of a variable", "REGISTRY_PASSWORD");
        Check(Anonymous, text => text == "true", "is not true", "true, or remove the line");

        void Check(string key, Func<string, bool> isValid, string problem, string example)
        {
            if (section.Values.TryGetValue(key, out MapValue value) && !isValid(value.Text))
            {
                throw section.Error(
                    value.Line,
                    $"{key} = {ForeignText.Clean(value.Text)} {problem}",
                    $"use, for example, {example}"
                );
            }
        }
    }

    private static bool IsOtherHelper(string text) =>
        HelperSettings.IsNameOfAnotherHelper(text) && !text.StartsWith(HelperName.Prefix, StringComparison.Ordinal);

    private static bool IsPath(string text) =>
        text.StartsWith("~/", StringComparison.Ordinal) || Path.IsPathFullyQualified(text);

    private static bool IsVariable(string text) =>
        !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <summary>
    /// Whether the text is a host with wildcards and optionally a port, which may also be a wildcard.
    /// </summary>
    private static bool IsPattern(string text)
    {
        string[] parts = text.Split(':');
        return parts.Length <= 2
            && HostPattern.IsWellFormed(parts[0])
            && (
                parts.Length == 1 || (parts[1].Length > 0 && parts[1].All(c => char.IsAsciiDigit(c) || c is '*' or '?'))
            );
    }
}
