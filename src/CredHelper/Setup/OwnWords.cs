using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Processes;

namespace CredHelper.Setup;

/// <summary>The error message of a child process of this program, to be repeated by its parent.</summary>
internal static class OwnWords
{
    /// <summary>
    /// The whole line if this program printed it; otherwise the line with everything removed that is not safe to print.
    /// </summary>
    /// <param name="result">The result of the child process.</param>
    /// <param name="subject">The registry or command that begins our line; it is left out.</param>
    public static string Of(ChildResult result, string subject)
    {
        string own = $"{HelperName.Program}: {subject}: ",
            line = (result.Error.Length > 0 ? result.Error : result.Output).Split('\n')[0];
        return line.StartsWith(own, StringComparison.Ordinal) && !line.Any(char.IsControl)
            ? line[own.Length..]
            : ForeignText.Clean(line);
    }
}
