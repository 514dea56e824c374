using CredHelper.Cache;
using CredHelper.CachedGet;
using CredHelper.Platform;
using CredHelper.Processes;

namespace CredHelper.Aws.Sources;

/// <summary>
/// What a credential process can take an identity from, as far as it can be seen from outside: every variable, the
/// working directory, and the program and files that its command names. What else it reads is bounded by
/// <see cref="ProcessCredentials.UnknownLife"/> and the end of its credentials.
/// </summary>
internal static class ProcessInputs
{
    /// <summary>A command that names more files is a script, and those count as far as this.</summary>
    private const int MostFiles = 16;

    /// <param name="environment">What the process gets.</param>
    /// <param name="command">The command for the shell.</param>
    /// <param name="variables">
    /// The variables that the registry configuration lists; null if it lists none, so that all of them count, and the
    /// working directory.
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

    /// <summary>The files that words of the command name, the program first; the shell may see more in it.</summary>
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

    /// <summary>Null if the word names no file.</summary>
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
