namespace CredHelper.Release;

/// <summary>The section of CHANGELOG.md for one version.</summary>
internal static class Notes
{
    public static string Cut(string changelog, string version)
    {
        var lines = changelog.ReplaceLineEndings("\n").Split('\n');
        var start = Array.FindIndex(lines, line => line.StartsWith($"## [{version}]", StringComparison.Ordinal));
        if (start < 0)
        {
            throw new ReleaseException($"CHANGELOG.md has no section ## [{version}]");
        }
        var section = lines.Skip(start + 1).TakeWhile(line => !EndsSection(line));
        return string.Join('\n', section).Trim() + "\n";
    }

    /// <summary>Whether a line begins the next version or the list of links below the oldest one.</summary>
    private static bool EndsSection(string line) =>
        line.StartsWith("## ", StringComparison.Ordinal)
        || line.StartsWith("<!-- ", StringComparison.Ordinal)
        || line.StartsWith("[Unreleased]: ", StringComparison.Ordinal);
}
