using System.Text;
using System.Text.RegularExpressions;

namespace CredHelper.DockerConfig;

/// <summary>Recognises JSON that was damaged by a shell, an editor or a web form.</summary>
internal static partial class JsonDamage
{
    /// <summary>What happened and how to fix it; null if it is none of the known cases.</summary>
    /// <param name="content">Text that is not valid JSON.</param>
    public static string? Of(ReadOnlySpan<byte> content)
    {
        string text = Encoding.UTF8.GetString(content).Trim();
        if (Assignment().Match(text) is { Success: true } assignment)
            return $"it begins with {assignment.Groups["name"].Value}=; write only what follows the equals sign";
        if (text.Length >= 2 && text[0] is '\'' or '"' && text[^1] == text[0] && text[1..].TrimStart().StartsWith('{'))
            return "it is enclosed in quotes; remove them";
        if (EscapedQuotes().IsMatch(text))
            return "its quotes have backslashes before them; remove them";
        if (text.AsSpan().ContainsAny('“', '”', '„'))
            return "it contains typographic quotes; use straight quotes";
        if (BareName().IsMatch(text))
            return "its names are not quoted, as after an echo without single quotes; write \"auths\", \"credHelpers\"";
        return IsBase64OfJson(text) ? "it is base64; write the decoded text" : null;
    }

    private static bool IsBase64OfJson(string text)
    {
        byte[] decoded = new byte[text.Length];
        return Convert.TryFromBase64String(text, decoded, out int length)
            && Encoding.UTF8.GetString(decoded, 0, length).TrimStart().StartsWith('{');
    }

    [GeneratedRegex(@"\A(?:export\s+)?(?<name>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*['""]?\{")]
    private static partial Regex Assignment();

    [GeneratedRegex(@"\A['""]?\{\s*\\+""")]
    private static partial Regex EscapedQuotes();

    [GeneratedRegex(@"\A\{\s*[A-Za-z]+\s*:")]
    private static partial Regex BareName();
}
