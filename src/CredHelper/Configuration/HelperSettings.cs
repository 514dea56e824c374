using System.Globalization;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Configuration;

/// <summary>The program's own settings, each an <c>AWS_ECR_*</c> variable.</summary>
internal sealed record HelperSettings
{
    private static readonly TimeSpan LongestDeadline = TimeSpan.FromMinutes(10);

    /// <summary>Variables that accept only certain words.</summary>
    private static readonly string[] WordSettings =
    [
        "AWS_ECR_STRICT",
        "AWS_ECR_IGNORE_CREDS_STORAGE",
        "AWS_ECR_STORE_ECR_LOGINS",
        "AWS_ECR_ENVIRONMENT_LOGINS",
        "AWS_ECR_LOG",
    ];

    /// <summary>
    /// The time limit of a whole <c>get</c>. AWS's own tools have no such limit, and neither does GitLab Runner.
    /// </summary>
    public TimeSpan GetDeadline { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan ListDeadline { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// The time limit of another helper. It is longer than for our own calls, because the helper may prompt the user
    /// for a passphrase.
    /// </summary>
    public TimeSpan FallbackDeadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether failures are printed to standard output, which makes docker stop instead of continuing anonymously.
    /// </summary>
    public bool IsStrict { get; init; }

    /// <summary>
    /// Whether store and erase succeed without doing anything (exactly <c>true</c>, as in AWS's helper).
    /// </summary>
    public bool IgnoresCredsStorage { get; init; }

    /// <summary>
    /// Whether a <c>docker login</c> to an ECR registry is stored and takes precedence over fetched tokens.
    /// </summary>
    public bool StoresEcrLogins { get; init; } = true;

    /// <summary>Whether credentials of other registries are read from the variables of a CI job.</summary>
    public bool UsesEnvironmentLogins { get; init; } = true;

    /// <summary>
    /// The helper that stores credentials of registries other than ECR, by its short name such as <c>pass</c>.
    /// </summary>
    public string? Fallback { get; init; }

    /// <exception cref="HelperException">A variable has an invalid value.</exception>
    public static HelperSettings Of(EnvironmentSnapshot environment)
    {
        var settings = new HelperSettings
        {
            IsStrict = IsStrictIn(environment),
            IgnoresCredsStorage = environment["AWS_ECR_IGNORE_CREDS_STORAGE"] == "true",
            StoresEcrLogins = !IsFalse(environment["AWS_ECR_STORE_ECR_LOGINS"]),
            UsesEnvironmentLogins = !IsFalse(environment["AWS_ECR_ENVIRONMENT_LOGINS"]),
            Fallback = FallbackName(environment["AWS_ECR_FALLBACK"]),
        };
        if (environment["AWS_ECR_TIMEOUT"] is not { } text)
            return settings;
        if (Duration(text) is not { } deadline)
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"AWS_ECR_TIMEOUT={ForeignText.Clean(text)} is not a duration",
                "set it to a number of seconds such as 10, 2.5s or 500ms"
            );
        }

        if (deadline > LongestDeadline)
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"AWS_ECR_TIMEOUT={ForeignText.Clean(text)} is longer than {LongestDeadline.TotalSeconds:0} s",
                "set it to fewer seconds, such as 10, 2.5s or 500ms"
            );
        }

        return settings with
        {
            GetDeadline = deadline,
            ListDeadline = deadline,
            FallbackDeadline = deadline,
        };
    }

    /// <summary>
    /// Returns settings with an invalid value, which count as unset: <c>NAME=value</c> and the valid values.
    /// </summary>
    public static IEnumerable<(string Setting, string Words)> Meaningless(EnvironmentSnapshot environment)
    {
        foreach (string name in WordSettings)
        {
            if (environment[name] is { } value && WordsFor(name, value) is { } words)
                yield return ($"{name}={ForeignText.Clean(value)}", words);
        }
    }

    /// <summary>Returns the valid values of a variable; null if its value is valid, or if any value is.</summary>
    public static string? WordsFor(string variable, string value)
    {
        bool isFlag =
            value.Equals("true", StringComparison.OrdinalIgnoreCase)
            || value.Equals("false", StringComparison.OrdinalIgnoreCase);
        return variable switch
        {
            // Case-sensitive, as in AWS's helper.
            "AWS_ECR_IGNORE_CREDS_STORAGE" => value is "true" or "false" ? null : "true or false, in lower case",
            "AWS_ECR_STRICT" or "AWS_ECR_STORE_ECR_LOGINS" or "AWS_ECR_ENVIRONMENT_LOGINS" => isFlag
                ? null
                : "true or false",
            "AWS_ECR_LOG" => value.Equals("debug", StringComparison.OrdinalIgnoreCase) ? null : "debug",
            _ => null,
        };
    }

    /// <summary>Whether <c>AWS_ECR_STRICT</c> is set, even if another setting is invalid.</summary>
    public static bool IsStrictIn(EnvironmentSnapshot environment) =>
        string.Equals(environment["AWS_ECR_STRICT"], "true", StringComparison.OrdinalIgnoreCase);

    private static bool IsFalse(string? value) => string.Equals(value, "false", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Parses a number of seconds, optionally followed by <c>s</c> or <c>ms</c>; null if it is not one.
    /// </summary>
    private static TimeSpan? Duration(string text)
    {
        (string number, double unit) = text.EndsWith("ms", StringComparison.Ordinal)
            ? (text[..^2], 1)
            : (text.TrimEnd('s'), 1000);
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value))
            return null;
        // A value that is far too long is reported as longer than the maximum, however large the number is.
        return value * unit > 0
            ? TimeSpan.FromMilliseconds(Math.Min(value * unit, 2 * LongestDeadline.TotalMilliseconds))
            : null;
    }

    /// <summary>
    /// Whether the name is valid for docker, which appends it to docker-credential-. A path in it could run any
    /// program.
    /// </summary>
    public static bool IsNameOfAnotherHelper(string name) =>
        name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        && name is not (HelperName.Short or "." or "..");

    private static string? FallbackName(string? name)
    {
        if (name is null)
            return null;
        return IsNameOfAnotherHelper(name)
            ? name
            : throw new HelperException(
                FailureKind.Configuration,
                $"AWS_ECR_FALLBACK={ForeignText.Clean(name)} is not the name of another helper",
                $"set it to the name without {HelperName.Prefix}, such as pass or secretservice"
            );
    }
}
