using System.Text.RegularExpressions;

namespace CredHelper.Release;

/// <summary>docs/install.md with the values of a release instead of {Name}.</summary>
internal static partial class InstallPage
{
    public const string Template = "docs/install.md";
    public const string FileName = "INSTALL.md";

    public static string Fill(string template, IReadOnlyDictionary<string, string> values) =>
        Placeholder()
            .Replace(
                template,
                match =>
                    values.GetValueOrDefault(match.Groups[1].Value)
                    ?? throw new ReleaseException($"{Template}: {match.Value} is not a value of a release")
            );

    // Does not match the ${NAME} of a shell.
    [GeneratedRegex(@"(?<!\$)\{([A-Z][A-Za-z0-9]+)\}")]
    private static partial Regex Placeholder();
}
