using CredHelper.Cache;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Aws.Config;

/// <summary>
/// One of the user's two AWS files: where it is, and its sections. A file that is not there is empty, as for the AWS
/// CLI, and so are a directory and /dev/null, which people name to switch a file off. A FIFO or device in its place, a
/// file that cannot be read or is longer than 16 MiB is a <see cref="FailureKind.Configuration"/> error.
/// </summary>
internal sealed class AwsFile
{
    private AwsFile(string path, ConfigFile content)
    {
        Path = path;
        Content = content;
    }

    /// <summary>As opened; as named where there is no home to expand <c>~</c> by.</summary>
    public string Path { get; }

    public ConfigFile Content { get; }

    /// <summary>
    /// In words, that the file which a variable names does not exist or that a directory lies in a file's place; null
    /// otherwise.
    /// </summary>
    public string? Absence { get; private init; }

    /// <param name="env">Gives the variable's value and the home.</param>
    /// <param name="variable">The variable that may name the file.</param>
    /// <param name="belowHome">Where the file is without that variable.</param>
    public static AwsFile Load(EnvironmentSnapshot env, string variable, string belowHome)
    {
        string? named = env[variable];
        string? path = env.PathOf(variable, belowHome);
        return path is null or "/dev/null"
            ? new AwsFile(path ?? named ?? $"~/{belowHome}", ConfigFile.Empty)
            : new AwsFile(path, Read(path, variable, named is not null))
            {
                Absence = AbsenceOf(path, named is null ? null : variable),
            };
    }

    private static string? AbsenceOf(string path, string? variable)
    {
        string shown = SettingValue.Printable(path);
        if (Directory.Exists(path))
            return variable is null ? $"{shown} is a directory" : $"{variable} names {shown}, which is a directory";
        return variable is null || System.IO.Path.Exists(path)
            ? null
            : $"{variable} names {shown}, which does not exist";
    }

    private static ConfigFile Read(string path, string variable, bool isNamed)
    {
        string shown = SettingValue.Printable(path);
        switch (RegularFile.Read(path, CacheKey.LongestConfigFile, out byte[] content))
        {
            case FileRead.Ok:
                return ConfigFile.Parse(content);
            case FileRead.Missing:
            // A home that is closed to us (sudo and containers leave another user's HOME set) holds no file for us.
            case FileRead.Unreachable when !isNamed:
            // Docker creates a directory for a bind mount of a file that does not exist.
            case FileRead.NotRegular when Directory.Exists(path):
                return ConfigFile.Empty;
            case FileRead.NotRegular:
                throw Refusal($"{shown} is not a regular file", $"put a file there or name another one in {variable}");
            case FileRead.TooLarge:
                throw Refusal(
                    $"{shown} is longer than 16 MiB",
                    $"put an AWS configuration there or name another one in {variable}"
                );
            default:
                throw Refusal(
                    $"{shown} cannot be read",
                    $"look at its owner and mode (ls -l), or name another file in {variable}"
                );
        }
    }

    private static HelperException Refusal(string message, string hint) =>
        new(FailureKind.Configuration, message, hint);
}
