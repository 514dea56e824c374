using System.Globalization;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Configuration;

/// <summary>The program's own settings, each an <c>AWS_ECR_*</c> variable.</summary>
internal sealed record HelperSettings
{
    private static readonly TimeSpan LongestDeadline = TimeSpan.FromMinutes(10);

    /// <summary>Variables that know certain words alone.</summary>
    private static readonly string[] Worded =
    [
        "AWS_ECR_STRICT",
        "AWS_ECR_IGNORE_CREDS_STORAGE",
        "AWS_ECR_STORE_ECR_LOGINS",
        "AWS_ECR_ENVIRONMENT_LOGINS",
        "AWS_ECR_LOG",
    ];

    /// <summary>
    /// How long a <c>get</c> may take as a whole. AWS's own tools have no such limit and runners have none either.
    /// </summary>
    public TimeSpan GetDeadline { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan ListDeadline { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long another helper may take. Longer than our own calls: it may be asking a person for a passphrase.
    /// </summary>
    public TimeSpan FallbackDeadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A failure is told on standard output, which makes docker stop instead of going on as anonymous.
    /// </summary>
    public bool IsStrict { get; init; }

    /// <summary>store and erase succeed and do nothing (exactly <c>true</c>, as in AWS's helper).</summary>
    public bool IgnoresCredsStorage { get; init; }

    /// <summary>Whether a <c>docker login</c> to an ECR registry is kept and outranks the tokens we fetch.</summary>
    public bool StoresEcrLogins { get; init; } = true;

    /// <summary>Whether credentials of other registries are taken from the variables of a CI job.</summary>
    public bool UsesEnvironmentLogins { get; init; } = true;

    /// <summary>
    /// The helper that keeps logins of registries that are not ECR, by its short name such as <c>pass</c>.
    /// </summary>
    public string? Fallback { get; init; }

    /// <exception cref="HelperException">A variable holds what makes no sense.</exception>
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
                "write seconds, such as 10, 2.5s or 500ms"
            );
        }

        if (deadline > LongestDeadline)
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"AWS_ECR_TIMEOUT={ForeignText.Clean(text)} is longer than {LongestDeadline.TotalSeconds:0} s",
                "write fewer seconds, such as 10, 2.5s or 500ms"
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
    /// Settings whose value means nothing, and so count as if they were not set: <c>NAME=value</c> and what may stand
    /// there.
    /// </summary>
    public static IEnumerable<(string Setting, string Words)> Meaningless(EnvironmentSnapshot environment)
    {
        foreach (string name in Worded)
        {
            if (environment[name] is { } value && WordsFor(name, value) is { } words)
                yield return ($"{name}={ForeignText.Clean(value)}", words);
        }
    }

    /// <summary>
    /// What may stand in a variable, where its value is none of that; null where it is, or where anything may stand.
    /// </summary>
    public static string? WordsFor(string variable, string value)
    {
        bool isFlag =
            value.Equals("true", StringComparison.OrdinalIgnoreCase)
            || value.Equals("false", StringComparison.OrdinalIgnoreCase);
        return variable switch
        {
            // Exactly so, as in AWS's helper.
            "AWS_ECR_IGNORE_CREDS_STORAGE" => value is "true" or "false" ? null : "true or false, in lower case",
            "AWS_ECR_STRICT" or "AWS_ECR_STORE_ECR_LOGINS" or "AWS_ECR_ENVIRONMENT_LOGINS" => isFlag
                ? null
                : "true or false",
            "AWS_ECR_LOG" => value.Equals("debug", StringComparison.OrdinalIgnoreCase) ? null : "debug",
            _ => null,
        };
    }

    /// <summary>Whether <c>AWS_ECR_STRICT</c> asks for it, even where another setting makes no sense.</summary>
    public static bool IsStrictIn(EnvironmentSnapshot environment) =>
        string.Equals(environment["AWS_ECR_STRICT"], "true", StringComparison.OrdinalIgnoreCase);

    private static bool IsFalse(string? value) => string.Equals(value, "false", StringComparison.OrdinalIgnoreCase);

    /// <summary>Seconds as a number, with <c>s</c> or <c>ms</c> behind it or not; null where it is none.</summary>
    private static TimeSpan? Duration(string text)
    {
        (string number, double unit) = text.EndsWith("ms", StringComparison.Ordinal)
            ? (text[..^2], 1)
            : (text.TrimEnd('s'), 1000);
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value))
            return null;
        // What is far too long is told from the longest that may be, whatever number that is.
        return value * unit > 0
            ? TimeSpan.FromMilliseconds(Math.Min(value * unit, 2 * LongestDeadline.TotalMilliseconds))
            : null;
    }

    /// <summary>
    /// Docker's rule: the name is put behind docker-credential-; a path in it would be run from anywhere.
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
                $"write the name without {HelperName.Prefix}, such as pass or secretservice"
            );
    }
}
