using CredHelper.Children;
using CredHelper.Editing;
using CredHelper.GitLabRunner;
using CredHelper.Platform;
using CredHelper.Users;

namespace CredHelper.Setup;

/// <summary>
/// The classic mistake mended: a docker config in the home of the user that jobs run as is moved, with consent, to where the
/// manager reads, if nothing stands there. It is read and taken away by a process of the user whose file it is.
/// </summary>
internal sealed class LostConfig(string path, RunnerManager manager, SetupMode mode)
{
    /// <summary>The hidden option of the process that hands the file over: prints it, and with <c>--yes</c> takes it away.</summary>
    public const string HandOverOption = "--hand-over";

    private const int LongestFile = 8 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>True where it was moved.</summary>
    /// <exception cref="HelperException">It cannot be read or written; it is then still where it was.</exception>
    public bool Move(SetupReport report)
    {
        if (mode.IsDryRun || FileIdentity.Of(manager.DockerConfig) is not null || FileIdentity.Of(path) is not { } identity
            || Account.ByUid(identity.UserId) is not { } owner || !AsUser.Allows(owner)) return false;
        if (!mode.IsSure && !(Consent.IsTerminal && Consent.Ask($"{path} is never read: the manager reads {manager.DockerConfig}. Move it there?"))) return false;
        string text = Ask(owner, []);
        EditableFile target = EditableFile.Open(manager.DockerConfig);
        target.Replace(System.Text.Encoding.UTF8.GetBytes(text));
        Ask(owner, ["--yes"]);
        report.NoteChange($"{path}: moved to {manager.DockerConfig}, which the manager reads");
        return true;
    }

    /// <summary>The owner's side. A link, or a file of another user, is none.</summary>
    public static int HandOver(string path, bool isTaken)
    {
        if (RegularFile.Read(path, LongestFile, out byte[] content, own: true) != FileRead.Ok)
            throw new HelperException(FailureKind.Configuration, $"{path} cannot be read as a file of its owner", "move it by hand");
        if (isTaken) EditableFile.Open(path).Delete();
        else StandardStreams.WriteOutput(content);
        return 0;
    }

    private string Ask(Account owner, string[] more)
    {
        ChildResult result = AsUser.Run(owner, owner.CleanEnvironment(), ["setup", "gitlab-runner", HandOverOption, path, .. more], "", Patience);
        return result.ExitCode == 0 ? result.Output
            : throw new HelperException(FailureKind.Configuration, $"{path} cannot be taken over: {ForeignText.Clean(result.Error)}", "move it by hand");
    }
}
