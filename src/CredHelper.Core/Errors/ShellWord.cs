namespace CredHelper.Errors;

/// <summary>Words of the commands that remedies print.</summary>
internal static class ShellWord
{
    /// <summary>A word as a POSIX shell reads it, quoted if it has to be.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=@%+,".Contains(c))
            ? word
            : $"'{ForeignText.Clean(word).Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
