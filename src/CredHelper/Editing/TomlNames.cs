using Tomlyn.Syntax;

namespace CredHelper.Editing;

/// <summary>The parts of a dotted TOML key, without quotes.</summary>
internal static class TomlNames
{
    public static string[] Of(KeySyntax? key)
    {
        if (key is null)
            return [];
        var names = new List<string> { NameOf(key.Key) };
        foreach (DottedKeyItemSyntax item in key.DotKeys)
            names.Add(NameOf(item.Key));
        return [.. names];
    }

    private static string NameOf(BareKeyOrStringValueSyntax? key) =>
        key switch
        {
            BareKeySyntax bare => bare.Key?.Text ?? "",
            StringValueSyntax quoted => quoted.Value ?? "",
            _ => "",
        };
}
