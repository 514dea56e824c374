using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace CredHelper.Release;

/// <summary>
/// The NuGet packages that a program contains, from the lock file, with the licences of their nuspecs.
/// </summary>
internal static partial class Dependencies
{
    // The linker's packages are build tools. The .NET runtime, which the compiler adds to the program, is in Linked.
    private static readonly string[] BuildTools = ["Microsoft.NET.ILLink.Tasks"];

    public static string Folder =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    public static IReadOnlyList<Component> Read(string lockFile, string folder) =>
        [
            .. Resolved(lockFile)
                .Where(package => !IsCompiler(package.Key))
                .Select(package => Of(package.Key, package.Value, folder)),
        ];

    /// <summary>The version of the compiler, whose package contains the linked runtime.</summary>
    public static string Compiler(string lockFile) =>
        Resolved(lockFile).First(package => IsCompiler(package.Key)).Value;

    private static bool IsCompiler(string name) =>
        name.EndsWith("Microsoft.DotNet.ILCompiler", StringComparison.OrdinalIgnoreCase);

    private static SortedDictionary<string, string> Resolved(string lockFile)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(lockFile));
        var packages = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (
            var package in document
                .RootElement.GetProperty("dependencies")
                .EnumerateObject()
                .SelectMany(group => group.Value.EnumerateObject())
        )
        {
            if (package.Value.TryGetProperty("resolved", out var version) && !BuildTools.Contains(package.Name))
            {
                packages[package.Name] = version.GetString()!;
            }
        }
        return packages;
    }

    private static Component Of(string name, string version, string folder)
    {
        var directory = Path.Combine(folder, name.ToLowerInvariant(), version);
        var nuspec = Path.Combine(directory, name.ToLowerInvariant() + ".nuspec");
        if (!File.Exists(nuspec))
        {
            throw new ReleaseException($"{name} {version}: no {nuspec}; dotnet restore brings it");
        }
        var metadata = XDocument
            .Load(nuspec)
            .Descendants()
            .Where(element => element.Parent?.Name.LocalName == "metadata")
            .ToList();
        string? Value(string element) => metadata.Find(each => each.Name.LocalName == element)?.Value.Trim();
        var license = metadata
            .Find(each => each.Name.LocalName == "license" && each.Attribute("type")?.Value == "expression")
            ?.Value.Trim();
        if (string.IsNullOrEmpty(license))
        {
            throw new ReleaseException($"{name} {version}: its nuspec has no licence expression");
        }
        var owner = Value("copyright") is { Length: > 0 } copyright ? copyright : Value("authors") ?? name;
        return new(
            name,
            version,
            $"pkg:nuget/{name}@{version}",
            license,
            CopyrightSign().IsMatch(owner) ? owner : $"Copyright (c) {owner}",
            Notices(directory)
        );
    }

    public static string? Notices(string directory) =>
        Directory.Exists(directory)
            ? Directory
                .EnumerateFiles(directory)
                .Where(file => ThirdParty().IsMatch(Path.GetFileName(file)))
                .Order(StringComparer.Ordinal)
                .Select(File.ReadAllText)
                .FirstOrDefault()
            : null;

    [GeneratedRegex("copyright|©", RegexOptions.IgnoreCase)]
    private static partial Regex CopyrightSign();

    [GeneratedRegex(@"^third-?party-?notices\.txt$|^notice(\.txt)?$", RegexOptions.IgnoreCase)]
    private static partial Regex ThirdParty();
}
