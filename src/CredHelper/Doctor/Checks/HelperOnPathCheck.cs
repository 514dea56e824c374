using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;
using CredHelper.PullResolution;

namespace CredHelper.Doctor.Checks;

/// <summary>
/// Checks which program the client finds under our name on its PATH: this one, another version, AWS's or none.
/// </summary>
internal sealed class HelperOnPathCheck : ICheck
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public IEnumerable<Finding> Run(CheckContext context)
    {
        List<string> all = [.. Candidates(context.Environment)];
        if (all.Count == 0)
        {
            yield return Finding
                .Fail(
                    "ECR101",
                    $"{HelperName.Program} is not on the PATH ({context.Environment["PATH"] ?? "which is not set"})",
                    InstallOnPath(context)
                )
                .On(Subject.Helper(HelperName.Short))
                .WarnIf(!IsNeeded(context));
            yield break;
        }
        yield return Judge(context, all[0]).WarnIf(!IsNeeded(context));
        foreach (string other in all.Skip(1))
        {
            yield return Finding.Warn(
                "ECR102",
                $"{other} is never run, because {all[0]} comes first on the PATH",
                Remedy.Advise("remove the one that you do not need")
            );
        }
    }

    /// <summary>Every file of that name in the order of the PATH, executable or not.</summary>
    private static IEnumerable<string> Candidates(EnvironmentSnapshot environment) =>
        SearchPath
            .Candidates(environment, HelperName.Program)
            // A dangling link is skipped, as the clients do.
            .Where(path => File.Exists(path) && FileStatus.Of(path) is not null)
            // /bin and /usr/bin are one directory on many systems.
            .DistinctBy(IdentityOf);

    /// <summary>The same for two paths of one file.</summary>
    private static string IdentityOf(string path) =>
        OperatingSystem.IsWindows()
            ? path.ToUpperInvariant()
            : FileStatus.Of(path)?.Inode.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? path;

    /// <summary>Whether anything that was requested depends on the program.</summary>
    private static bool IsNeeded(CheckContext context) =>
        context.Images.Count == 0
        || context.Resolutions.Any(image => image.Resolution.Origin?.Helper == HelperName.Short)
        || context.Registries.Any(registry => !registry.ServesAnonymously && !context.IsServedByOthers(registry))
        || (
            context.Client.Kind == ClientKind.GitLabRunner
            && context.Sources.Any(source =>
                source.Config.CredsStore == HelperName.Short
                || source.Config.CredHelpers.Values.Contains(HelperName.Short)
            )
        );

    /// <summary>The command that installs the program in a directory of the client's PATH.</summary>
    private static Remedy InstallOnPath(CheckContext context)
    {
        if (OperatingSystem.IsWindows())
            return Remedy.Advise($"copy {HelperName.Program}.exe into a directory of the PATH");
        const string Usual = "/usr/local/bin";
        string[] directories = [.. SearchPath.Directories(context.Environment)];
        string? directory = directories.Contains(Usual)
            ? Usual
            : Array.Find(directories, Directory.Exists) ?? directories.FirstOrDefault();
        return directory is null
            ? Remedy.Advise($"add {Usual} to the client's PATH, and install the program there")
            : Install(context, Path.Combine(directory, HelperName.Program), Directory.Exists(directory) ? "" : "-D ");
    }

    /// <summary>The command that replaces a file with this program.</summary>
    private static Remedy Install(CheckContext context, string path, string options = "")
    {
        if (OwnProgram.SingleFile is not { } own)
            return Remedy.Advise($"install a release of {HelperName.Program} as {path}");
        string target = ShellWord.Quote(path);
        if (OperatingSystem.IsWindows())
            return Remedy.Run($"copy {ShellWord.Quote(own)} {target}");
        return Remedy.Run(
            context.Commands.AsRoot(
                IsSame(path, own) ? $"chmod 0755 {target}" : $"install {options}-m 0755 {ShellWord.Quote(own)} {target}"
            )
        );
    }

    private static bool IsSame(string path, string own) =>
        FileStatus.Of(path) is { } status
        && FileStatus.Of(own) is { } running
        && (status.Device, status.Inode) == (running.Device, running.Inode);

    private static Finding Judge(CheckContext context, string path)
    {
        EnvironmentSnapshot environment = context.Environment;
        string? said;
        try
        {
            ChildResult result = ChildProcess.Run(environment, path, ["version"], "", Timeout);
            said = ForeignText.Clean(result.Output.Length > 0 ? result.Output : result.Error);
            if (result.ExitCode == 0 && said == $"{HelperName.Program} {ProgramVersion.Full}")
                return Finding.Ok("ECR101", $"{path} is this program, version {ProgramVersion.Full}");
        }
        catch (HelperException exception)
        {
            return Finding
                .Fail(
                    "ECR101",
                    $"{path} is first on the PATH but cannot be run: {exception.Message}",
                    Install(context, path)
                )
                .On(Subject.Helper(HelperName.Short));
        }
        Remedy install = Install(context, path);
        if (
            said.StartsWith(HelperName.Program + " ", StringComparison.Ordinal)
            && !said.Contains("awslabs", StringComparison.Ordinal)
            && said.Contains('.', StringComparison.Ordinal)
            && IsOurs(environment, path)
        )
        {
            return Finding.Warn("ECR101", $"{path} is another version of this program: {said}", install);
        }

        return Finding.Warn(
            "ECR101",
            $"{path} is not this program but probably AWS's helper ({said}): it has one identity for all "
                + "registries and no docker login, and reports every failure as \"credentials not found\"",
            install
        );
    }

    /// <summary>
    /// Only this program has an explain command; AWS's helper prints its usage for an unknown command.
    /// </summary>
    private static bool IsOurs(EnvironmentSnapshot environment, string path)
    {
        try
        {
            return ChildProcess.Run(environment, path, ["explain", "--help"], "", Timeout).ExitCode == 0;
        }
        catch (HelperException)
        {
            return false;
        }
    }
}
