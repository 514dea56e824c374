using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Processes;

namespace CredHelper.Setup;

/// <summary>What a child of this program said when it failed, to be said again.</summary>
internal static class OwnWords
{
    /// <summary>
    /// The whole line where it is our own, which names cause and remedy; of another program what is fit to print.
    /// </summary>
    /// <param name="result">Of the child.</param>
    /// <param name="subject">The registry or command that our line is about; it is left out.</param>
    public static string Of(ChildResult result, string subject)
    {
        string own = $"{HelperName.Program}: {subject}: ",
            line = (result.Error.Length > 0 ? result.Error : result.Output).Split('\n')[0];
        return line.StartsWith(own, StringComparison.Ordinal) && !line.Any(char.IsControl)
            ? line[own.Length..]
            : ForeignText.Clean(line);
    }
}
