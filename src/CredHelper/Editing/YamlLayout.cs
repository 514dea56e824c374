namespace CredHelper.Editing;

/// <summary>Formats additions to a YAML or JSON document.</summary>
/// <param name="lists">The names whose values are lists.</param>
/// <param name="newline">The line end of the document.</param>
/// <param name="indentUnit">One level of indentation within braces and brackets.</param>
internal sealed class YamlLayout(IReadOnlyCollection<string> lists, string newline, string indentUnit, bool isJson)
{
    /// <summary>The key that identifies mappings in a list.</summary>
    public const string Name = "name";

    /// <summary>A text in the notation of the file.</summary>
    public string Notation(string text) => !isJson && IsPlain(text) ? text : JsonEdit.Quote(text);

    /// <summary>A value in the notation of the file, or null for a collection.</summary>
    public static YamlNode? ScalarOf(string value)
    {
        try
        {
            return YamlReader.Read(value) is { Kind: not (YamlKind.Map or YamlKind.List) } scalar ? scalar : null;
        }
        catch (YamlException)
        {
            return null;
        }
    }

    /// <summary>Whether a text can be written without quotes, in block and flow style.</summary>
    private static bool IsPlain(string text)
    {
        bool isSimple = text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '/' or '_' or ':');
        return isSimple && ScalarOf(text) is { Kind: YamlKind.String } scalar && scalar.Text == text;
    }

    /// <summary>The lines of a block: the first one with its indentation, the last one without a line end.</summary>
    public string Block(ReadOnlySpan<string> path, string value, int indent, bool isItem)
    {
        string blanks = new(' ', indent);
        if (isItem && path.Length == 1)
            return $"{blanks}- {value}";
        if (isItem)
        {
            string rest = Block(path[1..], value, indent + 2, isItem: false);
            return $"{blanks}- {Name}: {Notation(path[0])}{newline}{rest}";
        }
        return path.Length == 1
            ? $"{blanks}{path[0]}: {value}"
            : $"{blanks}{path[0]}:{newline}{Block(path[1..], value, indent + 2, lists.Contains(path[0]))}";
    }

    /// <summary>The same in braces and brackets, without the first indentation.</summary>
    public string Flow(ReadOnlySpan<string> path, string value, string indent, bool isLines, bool isItem)
    {
        if (isItem && path.Length == 1)
            return value;
        string inner = indent + (isLines ? indentUnit : ""),
            open = isLines ? $"{newline}{inner}" : "",
            close = isLines ? $"{newline}{indent}" : "",
            comma = isLines ? $",{newline}{inner}" : ", ";
        if (isItem)
        {
            string rest = Flow(path[1..], value, inner, isLines, isItem: false);
            return $"{{{open}\"{Name}\": {JsonEdit.Quote(path[0])}{comma}{rest}{close}}}";
        }
        string name = JsonEdit.Quote(path[0]);
        if (path.Length == 1)
            return $"{name}: {value}";
        bool isList = lists.Contains(path[0]);
        string content = Flow(path[1..], value, inner, isLines, isList);
        return isList ? $"{name}: [{open}{content}{close}]" : $"{name}: {{{open}{content}{close}}}";
    }
}
