using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;

namespace CredHelper.Doctor.Checks;

/// <summary>
/// Which program answers to our name on the client's PATH: this one, another version, AWS's, or none.
/// </summary>
internal sealed class HelperOnPathCheck : ICheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public IEnumerable<Finding> Run(CheckContext context)
    {
        List<string> all = [.. Candidates(context.Environment)];
        if (all.Count == 0)
        {
            yield return Finding.Fail(
                "ECR101",
                $"{HelperName.Program} is not on the PATH ({context.Environment["PATH"] ?? "which is not set"})",
                $"sudo install -m 0755 {Environment.ProcessPath} /usr/local/bin/{HelperName.Program}"
            );
            yield break;
        }
        yield return Judge(context.Environment, all[0]);
        foreach (string other in all.Skip(1))
        {
            yield return Finding.Warn(
                "ECR102",
                $"{other} comes later on the PATH and is never run",
                $"remove it, if {all[0]} is the right one"
            );
        }
    }

    /// <summary>Every file of that name, executable or not, in the order of the PATH.</summary>
    private static IEnumerable<string> Candidates(EnvironmentSnapshot environment) =>
        SearchPath
            .Directories(environment)
            .Select(directory => Path.Combine(directory, HelperName.Program))
            // A link that leads nowhere is passed over, as the clients do.
            .Where(path => File.Exists(path) && FileStatus.Of(path) is not null)
            // /bin and /usr/bin are one directory on many systems.
            .DistinctBy(path => FileStatus.Of(path)?.Inode ?? (ulong)path.GetHashCode(StringComparison.Ordinal));

    private static Finding Judge(EnvironmentSnapshot environment, string path)
    {
        string? said;
        try
        {
            ChildResult result = ChildProcess.Run(environment, path, ["version"], "", Patience);
            said = ForeignText.Clean(result.Output.Length > 0 ? result.Output : result.Error);
            if (result.ExitCode == 0 && said == $"{HelperName.Program} {ProgramVersion.Full}")
                return Finding.Ok("ECR101", $"{path} is this program, version {ProgramVersion.Full}");
        }
        catch (HelperException exception)
        {
            return Finding.Fail(
                "ECR101",
                $"{path} is found first and cannot be run: {exception.Message}",
                $"sudo chmod 0755 {path}; if that is not it: its file system may be mounted noexec, or it "
                    + "is built for another machine"
            );
        }
        string install = $"sudo install -m 0755 {Environment.ProcessPath} {path}";
        if (
            said.StartsWith(HelperName.Program + " ", StringComparison.Ordinal)
            && !said.Contains("awslabs", StringComparison.Ordinal)
            && said.Contains('.', StringComparison.Ordinal)
            && IsOurs(environment, path)
        )
        {
            return Finding.Warn("ECR101", $"{path} is another version: {said}", install);
        }

        return Finding.Warn(
            "ECR101",
            $"{path} is not this program but probably AWS's helper ({said}): one identity for all "
                + "registries, no docker login, every failure is \"credentials not found\"",
            install
        );
    }

    /// <summary>Only we explain; AWS's helper answers an unknown command with its usage.</summary>
    private static bool IsOurs(EnvironmentSnapshot environment, string path)
    {
        try
        {
            return ChildProcess.Run(environment, path, ["explain", "--help"], "", Patience).ExitCode == 0;
        }
        catch (HelperException)
        {
            return false;
        }
    }
}
