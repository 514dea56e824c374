namespace CredHelper.Scenarios.Runner;

/// <summary>
/// The PATH of the system's programs without installed credential helpers, such as Debian's package of AWS's helper,
/// which has the name of the file under test. A directory with a helper is replaced by one with links to everything
/// else in it.
/// </summary>
internal static class SystemPath
{
    /// <summary>The system's directories, including installed helpers.</summary>
    public const string AsInstalled = "/usr/sbin:/usr/bin:/sbin:/bin";

    private const string HelperFiles = "docker-credential-*";
    private const string ShortName = "ecr-login";

    private static readonly Lazy<string> LazyValue = new(() =>
        string.Join(':', AsInstalled.Split(':').Select(WithoutHelpers))
    );

    public static string Value => LazyValue.Value;

    private static string WithoutHelpers(string directory)
    {
        HashSet<string> helpers = [.. Directory.EnumerateFiles(directory, HelperFiles), $"{directory}/{ShortName}"];
        if (!helpers.Any(File.Exists))
            return directory;
        string links = Directory.CreateTempSubdirectory("credhelper-path-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(links, recursive: true);
        PublishedBinary.OpenToEveryone(links);
        foreach (
            string program in Directory.EnumerateFileSystemEntries(directory).Where(path => !helpers.Contains(path))
        )
        {
            File.CreateSymbolicLink(Path.Combine(links, Path.GetFileName(program)), program);
        }

        return links;
    }
}
