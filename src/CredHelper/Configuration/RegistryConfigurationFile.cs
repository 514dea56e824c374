using System.Text;
using System.Text.Json;
using CredHelper.Cache;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Configuration;

/// <summary>A value of a registry map with the line it stands on.</summary>
internal readonly record struct MapValue(string Text, int Line);

/// <summary>A section of a registry map: its header, where that stands, and its keys in lower case.</summary>
internal sealed record RegistrySection(
    string Header,
    string File,
    int Line,
    IReadOnlyDictionary<string, MapValue> Values
)
{
    public string? this[string key] =>
        Values.TryGetValue(key, out MapValue value) && value.Text.Length > 0 ? value.Text : null;

    /// <summary>For people: <c>[*.dkr.ecr.*] (~/.ecr/config:3)</c>.</summary>
    public string Origin => $"[{Header}] ({File}:{Line})";

    /// <summary>The same for machines.</summary>
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
/// Reads a registry map: <c>[section]</c>, <c>key = value</c>, whole lines of comment behind <c>#</c> or <c>;</c>.
/// Strict, because a misspelt line would give a registry the wrong identity: what is not understood is an error with
/// its line. The ini package of the AWS files cannot serve here: it gives no line numbers.
/// </summary>
internal static class RegistryConfigurationFile
{
    private const int LongestFile = CacheKey.LongestConfigFile;

    /// <summary>The sections in their order; none where there is no file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="namedBy">The variable that names it, so that it has to be there; null for a place that may be
    /// empty.</param>
    /// <exception cref="HelperException">It cannot be read, or a line makes no sense.</exception>
    public static IReadOnlyList<RegistrySection> Read(string path, string? namedBy = null)
    {
        switch (RegularFile.Read(path, LongestFile, out byte[] content))
        {
            // Going on without the map would drop what it allows, and sign in as somebody else.
            case FileRead.Missing when namedBy is not null:
                throw new HelperException(
                    FailureKind.Configuration,
                    $"the registry map {ForeignText.Clean(path)}, which {namedBy} names, is not there",
                    $"write that file, or unset {namedBy}"
                );
            case FileRead.Missing when LeadsNowhere(path):
                throw new HelperException(
                    FailureKind.Configuration,
                    $"the registry map {path} is a link that leads nowhere",
                    "look where it points (ls -l), and mend or remove it"
                );
            case FileRead.Missing:
            // A home that is closed to us (sudo and containers leave another user's HOME set) holds no map for us.
            case FileRead.Unreachable when namedBy is null:
                return [];
            case FileRead.Ok:
                return Parse(path, Encoding.UTF8.GetString(content).TrimStart('\uFEFF'));
            default:
                throw new HelperException(
                    FailureKind.Configuration,
                    $"the registry map {ForeignText.Clean(path)} cannot be read as a file",
                    "check that it is a regular file that this user may read"
                );
        }
    }

    /// <summary>
    /// Whether something that is missing is so for a link: itself or the nearest directory above that is there.
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
                        $"[{ForeignText.Clean(section.Header)}] stands on line {lines[name]} already",
                        "put the two together"
                    );
                }

                sections.Add(section);
                continue;
            }
            int equals = line.IndexOf('=');
            if (equals <= 0)
                throw Error(path, number, "neither a [section] nor key = value");
            if (open is null)
                throw Error(path, number, "a key before the first [section]", "put it below [default] or a registry");
            string key = AsciiCase.ToLower(line[..equals].TrimEnd().ToString());
            if (!open.TryAdd(key, new MapValue(line[(equals + 1)..].Trim().ToString(), number)))
                throw Error(path, number, $"'{ForeignText.Clean(key)}' stands twice in one section");
        }
        return sections;
    }

    public static HelperException Error(string path, int line, string what, string? hint = null) =>
        new(FailureKind.Configuration, $"{path}:{line}: {what}", hint);
}
