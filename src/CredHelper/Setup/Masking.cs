using System.Text.RegularExpressions;

namespace CredHelper.Setup;

/// <summary>
/// Hides what is secret in the configuration files that a diff shows, in JSON, TOML and INI, and in JSON inside TOML.
/// </summary>
internal static partial class Masking
{
    public static string Hide(string text) => Assignments().Replace(text, "$1***");

    /// <summary>
    /// A name that stands for a secret, and behind it the value up to its end: a quote, or the end of the line.
    /// </summary>
    [GeneratedRegex(
        "((?:auth|identitytoken|registrytoken|password|secret\\w*|\\w*token|\\w*secret\\w*"
            + "|access_?key|secretkey|secret_access_key)"
            + """\\*["']?[ \t]*[:=][ \t]*\\*["'])(?:\\[^"']|[^"'\\\n])+""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Assignments();
}
