using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace CredHelper.Release;

/// <summary>The commit that is released: its version and its time, which is that of every file in the release.</summary>
internal sealed record Source(string Released, string Version, string Commit, DateTimeOffset Time)
{
    public static Source Read(bool snapshot)
    {
        var commit = Tool.Read("git", "rev-parse", "HEAD");
        var time = DateTimeOffset.FromUnixTimeSeconds(
            long.Parse(Tool.Read("git", "log", "-1", "--format=%ct"), CultureInfo.InvariantCulture));
        var released = XDocument.Load("Directory.Build.props").Descendants("Version").Single().Value;
        return new(released, snapshot ? $"{released}-snapshot.{commit[..12]}" : released, commit, time);
    }

    // A string of the program is UTF-16 in its file, also in one that does not run here.
    public bool IsIn(byte[] program) => program.AsSpan().IndexOf(Encoding.Unicode.GetBytes($"{Version}+{Commit}")) >= 0;
}
