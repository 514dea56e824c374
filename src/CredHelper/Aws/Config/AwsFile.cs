using CredHelper.Cache;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Aws.Config;

/// <summary>
/// One of the user's two AWS files: its path and sections. A file that does not exist is empty, as for the AWS CLI. So
/// are a directory and /dev/null, which people use to disable a file. A FIFO or device, a file that cannot be read, and
/// a file of more than 16 MiB are <see cref="FailureKind.Configuration"/> errors.
/// </summary>
internal sealed class AwsFile
{
    private AwsFile(string path, ConfigFile content)
    {
        Path = path;
        Content = content;
    }

    /// <summary>
    /// The path that was opened; if <c>~</c> could not be expanded without a home directory, the configured path.
    /// </summary>
    public string Path { get; }

    public ConfigFile Content { get; }

    /// <summary>
    /// Says that the file named by a variable does not exist, or that the path is a directory; null otherwise.
    /// </summary>
    public string? Absence { get; private init; }

    /// <param name="env">The environment with the variable and the home directory.</param>
    /// <param name="variable">The variable that may name the file.</param>
    /// <param name="belowHome">The default path of the file, below the home directory.</param>
    public static AwsFile Load(EnvironmentSnapshot env, string variable, string belowHome)
    {
        string? named = env[variable];
        string? path = env.PathOf(variable, belowHome);
        return path is null || IsNullDevice(path)
            ? new AwsFile(path ?? named ?? $"~/{belowHome}", ConfigFile.Empty)
            : new AwsFile(path, Read(path, variable, named is not null))
            {
                Absence = AbsenceOf(path, named is null ? null : variable),
            };
    }

    private static bool IsNullDevice(string path) =>
        path == "/dev/null" || (OperatingSystem.IsWindows() && path.Equals("NUL", StringComparison.OrdinalIgnoreCase));

    private static string? AbsenceOf(string path, string? variable)
    {
        string shown = SettingValue.Printable(path);
        if (Directory.Exists(path))
            return variable is null ? $"{shown} is a directory" : $"{variable} is set to {shown}, which is a directory";
        return variable is null || System.IO.Path.Exists(path)
            ? null
            : $"{variable} is set to {shown}, which does not exist";
    }

    private static ConfigFile Read(string path, string variable, bool isNamed)
    {
        string shown = SettingValue.Printable(path);
        switch (RegularFile.Read(path, CacheKey.LongestConfigFile, out byte[] content))
        {
            case FileRead.Ok:
                return ConfigFile.Parse(content);
            case FileRead.Missing:
            // A home directory that we may not enter (sudo and containers keep another user's HOME) contains no file
            // for us.
            case FileRead.Unreachable when !isNamed:
            // Docker creates a directory for a bind mount of a file that does not exist.
            case FileRead.NotRegular when Directory.Exists(path):
                return ConfigFile.Empty;
            case FileRead.NotRegular:
                throw Refusal(
                    $"{shown} is not a regular file",
                    $"replace it with a file, or set {variable} to another one"
                );
            case FileRead.TooLarge:
                throw Refusal(
                    $"{shown} is longer than 16 MiB",
                    $"replace it with an AWS configuration file, or set {variable} to another one"
                );
            default:
                throw Refusal(
                    $"{shown} cannot be read",
                    $"check its owner and mode (ls -l), or set {variable} to another file"
                );
        }
    }

    private static HelperException Refusal(string message, string hint) =>
        new(FailureKind.Configuration, message, hint);
}
