using System.Text;
using CredHelper.Aws.Config;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Aws.Sources;

/// <summary>A file that holds one token and nothing else, written by the platform a job or pod runs on.</summary>
internal static class TokenFile
{
    private const int Longest = 1024 * 1024;

    /// <summary>The token without the white space around it.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="origin">Who names it, for the message: a variable, or the key of a profile.</param>
    /// <exception cref="HelperException">There is no such file, or no token in it.</exception>
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
                $"check {origin}, and whoever writes that file"
            );
    }
}
