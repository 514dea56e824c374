using CredHelper.Cache;
using CredHelper.CachedGet;
using CredHelper.Platform;
using CredHelper.Processes;

namespace CredHelper.Aws.Sources;

/// <summary>
/// The inputs that a credential process can take an identity from, as far as they are visible from outside: every
/// variable, the working directory, and the program and files in its command line. For anything else, <see
/// cref="ProcessCredentials.UnknownLife"/> and the expiry of its credentials limit the error.
/// </summary>
internal static class ProcessInputs
{
    /// <summary>The most files that are considered. A command line with more files is a script.</summary>
    private const int MostFiles = 16;

    /// <param name="environment">The environment of the process.</param>
    /// <param name="command">The command line for the shell.</param>
    /// <param name="variables">
    /// The variables that the registry configuration lists; null if it lists none, in which case all variables and the
    /// working directory count.
    /// </param>
    public static IReadOnlyList<Dependency> Of(
        EnvironmentSnapshot environment,
        string command,
        IReadOnlyList<string>? variables
    )
    {
        IEnumerable<Dependency> outside = variables is null
            ? [Dependency.WholeEnvironment, Dependency.WorkingDirectory]
            : variables.Select(name => new Dependency(DependencyKind.Variable, name));
        return [.. outside, .. FilesIn(command, environment)];
    }

    /// <summary>
    /// Returns the files that words of the command line name, the program first. The shell may find others in it.
    /// </summary>
    private static IEnumerable<Dependency> FilesIn(string command, EnvironmentSnapshot environment)
    {
        string[] words = command.Split(
            [' ', '\t', '\n', ';', '|', '&', '(', ')', '<', '>', '"', '\'', '='],
            StringSplitOptions.RemoveEmptyEntries
        );
        return words
            .Select(word => FileOf(word, environment))
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Take(MostFiles)
            .Select(path => new Dependency(DependencyKind.Program, path));
    }

    /// <summary>Returns null if the word does not name a file.</summary>
    private static string? FileOf(string word, EnvironmentSnapshot environment)
    {
        try
        {
            string path = Path.GetFullPath(environment.ExpandHome(word) ?? word);
            if (IsFile(path))
                return path;
            bool isName = Path.GetFileName(word) == word;
            return isName && SearchPath.Find(environment, word) is { } program && IsFile(program) ? program : null;
        }
        catch (Exception exception) when (exception is IOException or ArgumentException)
        {
            return null;
        }
    }

    private static bool IsFile(string path) => FileStatus.Of(path) is { IsRegularFile: true };
}
