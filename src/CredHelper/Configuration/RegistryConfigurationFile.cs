using System.Text;
using System.Text.Json;
using CredHelper.Cache;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Configuration;

/// <summary>A value of a registry configuration and its line.</summary>
internal readonly record struct MapValue(string Text, int Line);

/// <summary>
/// A section of a registry configuration: its header, the position of that, and its keys in lower case.
/// </summary>
internal sealed record RegistrySection(
    string Header,
    string File,
    int Line,
    IReadOnlyDictionary<string, MapValue> Values
)
{
    public string? this[string key] =>
        Values.TryGetValue(key, out MapValue value) && value.Text.Length > 0 ? value.Text : null;

    /// <summary>The section for people: <c>[*.dkr.ecr.*] (~/.ecr/config:3)</c>.</summary>
    public string Origin => $"[{Header}] ({File}:{Line})";

    /// <summary>Writes the section for machines.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("header", Header);
        writer.WriteString("file", File);
        writer.WriteNumber("line", Line);
        writer.WriteEndObject();
    }

    public HelperException Error(int line, string what, string? hint = null) =>
        RegistryConfigurationFile.Error(File, line, what, hint);
}

/// <summary>
/// Reads a registry configuration: <c>[section]</c>, <c>key = value</c>, and whole-line comments with <c>#</c> or
/// <c>;</c>. It is strict, because a misspelled line would give a registry the wrong identity: an unknown line is an
/// error with its number. The ini package for the AWS files is not used here because it does not report line numbers.
/// </summary>
internal static class RegistryConfigurationFile
{
    private const int LongestFile = CacheKey.LongestConfigFile;

    /// <summary>Returns the sections in their order; none if the file does not exist.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="namedBy">The variable that names the file, which must then exist; null if it is optional.</param>
    /// <exception cref="HelperException">The file cannot be read or has an invalid line.</exception>
    public static IReadOnlyList<RegistrySection> Read(string path, string? namedBy = null)
    {
        switch (RegularFile.Read(path, LongestFile, out byte[] content))
        {
            // Without the file, its allow list would be lost and another identity used.
            case FileRead.Missing when namedBy is not null:
                throw new HelperException(
                    FailureKind.Configuration,
                    $"the registry configuration {ForeignText.Clean(path)} ({namedBy}) does not exist",
                    $"create the file, or unset {namedBy}"
                );
            case FileRead.Missing when LeadsNowhere(path):
                throw new HelperException(
                    FailureKind.Configuration,
                    $"the registry configuration {path} is a dangling link",
                    "check its target (ls -l), and fix or remove it"
                );
            case FileRead.Missing:
            // A home directory that we may not enter (sudo and containers keep another user's HOME) contains no
            // configuration for us.
            case FileRead.Unreachable when namedBy is null:
                return [];
            case FileRead.Ok:
                return Parse(path, Encoding.UTF8.GetString(content).TrimStart('\uFEFF'));
            default:
                throw new HelperException(
                    FailureKind.Configuration,
                    $"the registry configuration {ForeignText.Clean(path)} cannot be read as a file",
                    "check that it is a regular file that this user may read"
                );
        }
    }

    /// <summary>
    /// Whether a missing file is missing because it, or its nearest existing parent directory, is a dangling link.
    /// </summary>
    private static bool LeadsNowhere(string path)
    {
        for (string? place = path; !string.IsNullOrEmpty(place); place = Path.GetDirectoryName(place))
        {
            if (new FileInfo(place).LinkTarget is not null)
                return !Directory.Exists(place);
            if (Path.Exists(place))
                return false;
        }
        return false;
    }

    public static IReadOnlyList<RegistrySection> Parse(string path, string text)
    {
        var sections = new List<RegistrySection>();
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        Dictionary<string, MapValue>? open = null;
        int number = 0;
        foreach (ReadOnlySpan<char> raw in text.AsSpan().EnumerateLines())
        {
            number++;
            ReadOnlySpan<char> line = raw.Trim();
            if (line.IsEmpty || line[0] is '#' or ';')
                continue;
            if (line[0] == '[')
            {
                if (line[^1] != ']' || line.Length < 3)
                {
                    throw Error(
                        path,
                        number,
                        "a section needs a name in brackets, such as [*.dkr.ecr.eu-west-1.amazonaws.com]"
                    );
                }

                open = new Dictionary<string, MapValue>(StringComparer.Ordinal);
                RegistrySection section = new RegistrySection(line[1..^1].Trim().ToString(), path, number, open);
                string name = RegistryConfigurationKeys.AliasHost(section) is { } alias
                    ? $"alias {alias}"
                    : AsciiCase.ToLower(section.Header);
                if (!lines.TryAdd(name, number))
                {
                    throw Error(
                        path,
                        number,
                        $"[{ForeignText.Clean(section.Header)}] is already on line {lines[name]}",
                        "merge the two sections"
                    );
                }

                sections.Add(section);
                continue;
            }
            int equals = line.IndexOf('=');
            if (equals <= 0)
                throw Error(path, number, "neither a [section] nor key = value");
            if (open is null)
                throw Error(path, number, "a key before the first [section]", "move it below [default] or a registry");
            string key = AsciiCase.ToLower(line[..equals].TrimEnd().ToString());
            if (!open.TryAdd(key, new MapValue(line[(equals + 1)..].Trim().ToString(), number)))
                throw Error(path, number, $"'{ForeignText.Clean(key)}' occurs twice in one section");
        }
        return sections;
    }

    public static HelperException Error(string path, int line, string what, string? hint = null) =>
        new(FailureKind.Configuration, $"{path}:{line}: {what}", hint);
}
