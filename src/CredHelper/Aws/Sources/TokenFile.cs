using System.Text;
using CredHelper.Aws.Config;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Aws.Sources;

/// <summary>A file that contains only a token, written by the platform that runs a job or pod.</summary>
internal static class TokenFile
{
    private const int Longest = 1024 * 1024;

    /// <summary>Reads the token without surrounding white space.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="origin">What names the file, for messages: a variable, or the key of a profile.</param>
    /// <exception cref="HelperException">The file does not exist or contains no token.</exception>
    public static string Read(string path, string origin)
    {
        string? fault = RegularFile.Read(path, Longest, out byte[] content) switch
        {
            FileRead.Ok => null,
            FileRead.Missing => "does not exist",
            FileRead.NotRegular => "is not a regular file",
            FileRead.TooLarge => "is longer than 1 MiB",
            _ => "cannot be read",
        };
        string token = Encoding.UTF8.GetString(content).Trim();
        if (fault is null && token.Length == 0)
            fault = "is empty";
        return fault is null
            ? token
            : throw new HelperException(
                FailureKind.Configuration,
                $"the token file {SettingValue.Printable(path)} ({origin}) {fault}",
                $"check {origin}, and the program that writes the file"
            );
    }
}
