using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.Platform;
using Tomlyn.Syntax;

namespace CredHelper.Podman;

/// <summary>
/// <c>credential-helpers</c> of registries.conf and its drop-ins, in which podman, buildah and skopeo look for
/// credentials of any registry: containers-registries.conf(5) and containers-registries.conf.d(5).
/// </summary>
internal sealed class RegistriesConf
{
    public const string Name = "registries.conf";

    /// <summary>The key, and the item of its list that means the auth files.</summary>
    public const string Key = "credential-helpers",
        AuthFilesItem = "containers-auth.json";

    /// <summary>The directory of the system-wide settings.</summary>
    public const string SystemDirectory = "/etc/containers";

    private const int LongestFile = 8 * 1024 * 1024;

    /// <summary>The helpers in podman's order; <see cref="AuthFilesItem"/> means the auth files.</summary>
    public IReadOnlyList<string> Helpers { get; private init; } = [AuthFilesItem];

    /// <summary>The file whose list is used; null if none has one.</summary>
    public string? Origin { get; private init; }

    /// <summary>Why podman refuses these files; null if it does not.</summary>
    public string? Problem { get; private init; }

    /// <summary>
    /// The settings of a user: the user's own registries.conf replaces the system-wide file and its drop-ins.
    /// </summary>
    public static RegistriesConf Of(EnvironmentSnapshot environment)
    {
        string own = Path.Combine(environment.Home ?? "/", ".config", "containers"),
            ownFile = FileIn(own);
        bool hasOwn = Path.Exists(ownFile);
        return environment["CONTAINERS_REGISTRIES_CONF"] is { } given
            ? Read([given, .. DropIns(SystemDirectory), .. DropIns(own)])
            : Read(
                hasOwn
                    ? [ownFile, .. DropIns(own)]
                    : [FileIn(SystemDirectory), .. DropIns(SystemDirectory), .. DropIns(own)]
            );
    }

    /// <summary>The settings of a directory without one of its files.</summary>
    public static RegistriesConf In(string directory, string except) =>
        Read([FileIn(directory), .. DropIns(directory).Where(path => path != except)]);

    public static string DropInDirectory(string directory) => Path.Combine(directory, Name + ".d");

    private static string FileIn(string directory) => Path.Combine(directory, Name);

    private static IEnumerable<string> DropIns(string directory)
    {
        string place = DropInDirectory(directory);
        return Directory.Exists(place) ? Directory.EnumerateFiles(place, "*.conf").Order(StringComparer.Ordinal) : [];
    }

    /// <summary>The list of a later file replaces that of an earlier one; an empty list counts as no list.</summary>
    private static RegistriesConf Read(IReadOnlyList<string> paths)
    {
        IReadOnlyList<string> helpers = [];
        string? origin = null;
        foreach (string path in paths)
        {
            FileRead read = RegularFile.Read(path, LongestFile, out byte[] content);
            if (read == FileRead.Missing)
                continue;
            if (read != FileRead.Ok)
                return new RegistriesConf { Problem = $"{path} cannot be read" };
            try
            {
                if (ListOf(path, content) is { } list)
                    (helpers, origin) = (list, path);
            }
            catch (HelperException exception)
            {
                return new RegistriesConf { Problem = exception.Message };
            }
        }
        return helpers.Count == 0 ? new RegistriesConf() : new RegistriesConf { Helpers = helpers, Origin = origin };
    }

    /// <exception cref="HelperException">It is not TOML, or the value is not a list of strings.</exception>
    private static List<string>? ListOf(string path, byte[] content)
    {
        TomlSource source = TomlSource.Parse(path, content);
        KeyValueSyntax? pair = source.Tables[0].Keys.FirstOrDefault(IsList);
        if (pair?.Value is not { } value)
            return null;
        List<string> texts = [.. TomlSource.Strings(value).Select(item => item.Text)];
        return value is ArraySyntax array && array.Items.ChildrenCount == texts.Count
            ? texts
            : throw source.Error(pair, $"{Key} must be a list of strings", "correct that line");
    }

    /// <summary>podman's parser ignores the case of keys.</summary>
    private static bool IsList(KeyValueSyntax pair) =>
        TomlNames.Of(pair.Key) is [var name] && name.Equals(Key, StringComparison.OrdinalIgnoreCase);
}
