using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace CredHelper.Release;

/// <summary>The released commit: its version and its time, which every file of the release gets.</summary>
internal sealed record Source(string Released, string Version, string Commit, DateTimeOffset Time)
{
    /// <exception cref="ReleaseException">The tree is not that of a commit with the version's tag, and this is not a
    /// snapshot.</exception>
    public static Source Read(bool snapshot)
    {
        var commit = Tool.Read("git", "rev-parse", "HEAD");
        var time = DateTimeOffset.FromUnixTimeSeconds(
            long.Parse(Tool.Read("git", "log", "-1", "--format=%ct"), CultureInfo.InvariantCulture)
        );
        var released = XDocument.Load("Directory.Build.props").Descendants("Version").Single().Value;
        // An SDK with another patch version has another compiler and writes its name into the lock files.
        if (!snapshot && Tool.Read("git", "status", "--porcelain", "--", ":/", ":!**/packages.lock.json").Length > 0)
        {
            throw new ReleaseException("the working tree differs from the commit");
        }
        if (!snapshot && !Tool.Read("git", "tag", "--points-at", "HEAD").Split('\n').Contains($"v{released}"))
        {
            throw new ReleaseException($"the commit has no tag v{released} (--snapshot does without)");
        }
        return new(released, snapshot ? $"{released}-snapshot.{commit[..12]}" : released, commit, time);
    }

    // Strings of the program are UTF-16 in its file, so this also works for programs that do not run here.
    public bool IsIn(byte[] program) => program.AsSpan().IndexOf(Encoding.Unicode.GetBytes($"{Version}+{Commit}")) >= 0;
}
