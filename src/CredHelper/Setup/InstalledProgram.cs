using CredHelper.Editing;
using CredHelper.Identity;

namespace CredHelper.Setup;

/// <summary><c>--install-to</c>: this very program copied to a directory of the PATH, 0755, in one step.</summary>
internal static class InstalledProgram
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public static string PathIn(string directory) => Path.Combine(Path.GetFullPath(directory), ProgramVersion.Name + (OperatingSystem.IsWindows() ? ".exe" : ""));

    /// <exception cref="HelperException">Another program of that name stands there and nobody agreed, or it cannot be written.</exception>
    public static void Install(EnvironmentSnapshot environment, string directory, SetupMode mode, SetupReport report)
    {
        string path = PathIn(directory);
        if (!Directory.Exists(directory)) throw new HelperException(FailureKind.Configuration, $"{directory} is not a directory", "make it, or give one of the PATH such as /usr/local/bin");
        byte[] own = File.ReadAllBytes(OperatingSystem.IsLinux() ? "/proc/self/exe" : Environment.ProcessPath!);
        EditableFile file = EditableFile.Open(path);
        if (file.Content is { } present && present.AsSpan().SequenceEqual(own)) return;
        if (file.Content is not null && !mode.IsSure && !mode.IsDryRun)
        {
            if (!Consent.IsTerminal) throw new HelperException(FailureKind.Configuration, $"{path} is another program or version and would be replaced", "agree with --yes; nothing was changed");
            if (!Consent.Ask($"{path} is another program or version. Replace it?")) throw new HelperException(FailureKind.Configuration, "nothing was changed, as you said");
        }
        if (!mode.IsDryRun)
        {
            var record = new SetupRecord(file.Target) { Existed = file.Content is not null, Original = SetupRecord.Digest(file.Content), Written = SetupRecord.Digest(own) };
            record.Save(environment);
            file.Replace(own, Mode);
        }
        report.NoteChange($"{path}: {(mode.IsDryRun ? "would be installed" : "installed")}, version {ProgramVersion.Full}");
    }

    /// <summary>Removes it where it is still the one that setup put there; one that stood there before cannot be brought back.</summary>
    public static void Remove(EnvironmentSnapshot environment, string directory, SetupMode mode, SetupReport report)
    {
        EditableFile file = EditableFile.Open(PathIn(directory));
        if (SetupRecord.Find(environment, file.Target) is not { } record) return;
        if (file.Content is not null && SetupRecord.Digest(file.Content) == record.Written && !record.Existed)
        {
            if (!mode.IsDryRun) file.Delete();
            report.NoteChange($"{file.Path}: {(mode.IsDryRun ? "would be removed" : "removed")}");
        }
        else if (file.Content is not null)
        {
            report.Note($"{file.Path} stays: {(record.Existed ? "another program stood there before, which is gone" : "it is not the one that setup installed")}");
        }
        if (!mode.IsDryRun) record.Delete(environment);
    }
}
