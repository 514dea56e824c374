using CredHelper.Cache;
using CredHelper.Platform;

namespace CredHelper.Tests;

/// <summary>A temporary home directory with environments that name it. It is removed with its content.</summary>
internal sealed class Home : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("ecr-home-").FullName;

    public string Ecr => Path.Combine(Root, ".ecr");

    public string Tokens => Path.Combine(Ecr, "tokens-v1");

    public string Logins => Path.Combine(Ecr, "logins-v1");

    /// <summary>Writes a file below the home, with its directories.</summary>
    public string Write(string name, string content)
    {
        string path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public EnvironmentSnapshot Environment(params (string Name, string Value)[] variables)
    {
        var all = new Dictionary<string, string> { ["HOME"] = Root };
        foreach ((string name, string value) in variables)
            all[name] = value;
        return new EnvironmentSnapshot(all);
    }

    public TokenCache Cache(params (string Name, string Value)[] variables) =>
        TokenCache.OpenOrCreate(Environment(variables), out string? reason)
        ?? throw new InvalidOperationException(reason);

    /// <summary>Names of the record files in a directory, without locks and the seed.</summary>
    public static string[] Records(string directory) =>
        [
            .. Directory
                .EnumerateFiles(directory)
                .Select(path => Path.GetFileName(path)!)
                .Where(name => !name.StartsWith("lock-", StringComparison.Ordinal) && name != "seed"),
        ];

    public void Dispose()
    {
        foreach (string directory in Directory.EnumerateDirectories(Root, "*", SearchOption.AllDirectories))
        {
            if (!OperatingSystem.IsWindows() && new DirectoryInfo(directory).LinkTarget is null)
            {
                File.SetUnixFileMode(
                    directory,
                    UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                );
            }
        }
        Directory.Delete(Root, recursive: true);
    }
}
