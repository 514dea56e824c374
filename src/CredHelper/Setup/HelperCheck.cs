using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;

namespace CredHelper.Setup;

/// <summary>
/// Tries what was written as the program that pulls would: finds the helper on its PATH and runs <c>get</c> with its
/// environment. What fails is a warning with what helps; the files stay, since a network may come later.
/// </summary>
internal sealed class HelperCheck(EnvironmentSnapshot environment, SetupReport report)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>True where the program was found.</summary>
    public bool Run(IEnumerable<string> hosts)
    {
        if (SearchPath.Find(environment, HelperName.Program) is not { } program)
        {
            report.Warn(
                $"{HelperName.Program} is not on the PATH ({environment["PATH"] ?? "which is empty"}); "
                    + "hint: setup … --install-to /usr/local/bin"
            );
            return false;
        }
        foreach (string host in hosts)
            Try(program, host);
        return true;
    }

    /// <summary>Whether the user that pulls may execute it at all.</summary>
    public void Start(string program, string user)
    {
        try
        {
            ChildResult result = ChildProcess.Run(environment, program, ["version"], "", Patience, isMarked: false);
            if (result.ExitCode != 0)
                report.Warn($"{program} does not run for {user}: {ForeignText.Clean(result.Error)}");
        }
        catch (HelperException exception)
        {
            report.Warn(
                $"{program} does not run for {user}: {exception.Message}; hint: every directory above it needs mode "
                    + "a+rx, and its file system no noexec"
            );
        }
    }

    private void Try(string program, string host)
    {
        try
        {
            ChildResult result = ChildProcess.Run(
                environment,
                program,
                ["get"],
                host + "\n",
                Patience,
                isMarked: false
            );
            if (result.ExitCode == 0)
                report.Note($"{host}: {program} answers with credentials");
            else
                report.Warn($"{host}: {program} answers: {OwnWords.Of(result, host)}");
        }
        catch (HelperException exception)
        {
            report.Warn($"{host}: {exception.Message}{(exception.Hint is { } hint ? $"; hint: {hint}" : "")}");
        }
    }
}
