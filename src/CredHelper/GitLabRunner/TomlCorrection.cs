using System.Globalization;
using CredHelper.Editing;

namespace CredHelper.GitLabRunner;

/// <summary>Suggests the value or line that was probably meant by a value of the wrong type.</summary>
internal static class TomlCorrection
{
    public static string ToText(TomlValue value) =>
        IsNumberOrFlag(value) ? $"\"{value.Syntax!.ToString().Trim()}\"" : "\"…\"";

    public static string ToInteger(TomlValue value) => (value.Text is { } text ? Number(text) : null) ?? "1";

    public static string ToFlag(TomlValue value)
    {
        string? word = value.Text?.Trim().ToLowerInvariant();
        bool isOff = word is "false" or "no" or "off" or "0" or "" || value.Integer == 0;
        return isOff ? "false" : "true";
    }

    public static string ToList(string key, TomlValue value)
    {
        if (value.Text is { } text)
            return $"{key} = [{TomlSource.Quote(text)}]";
        return value.Members is [{ Value.Text: { } first } member, ..]
            ? $"{key} = [{TomlSource.Quote($"{member.Name}={first}")}]"
            : $"{key} = [\"…\"]";
    }

    private static bool IsNumberOrFlag(TomlValue value) =>
        value.Kind is TomlKind.Integer or TomlKind.Float or TomlKind.Boolean;

    /// <summary>A size with a unit as a number of bytes.</summary>
    private static string? Number(string text)
    {
        string digits = text.Trim().TrimEnd('b', 'B');
        int shift = 0;
        int unit = digits.Length == 0 ? -1 : "kmg".IndexOf(char.ToLowerInvariant(digits[^1]), StringComparison.Ordinal);
        if (unit >= 0)
            (digits, shift) = (digits[..^1], 10 * (unit + 1));
        return long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? (number << shift).ToString(CultureInfo.InvariantCulture)
            : null;
    }
}
