namespace CredHelper.Aws.Config;

/// <summary>
/// A line of an AWS file that is skipped because it is neither a header nor an option of a section. It may contain a
/// secret.
/// </summary>
/// <param name="Section">The section that contains it; null before the first header and after an unclosed one.</param>
internal sealed record SkippedLine(int Line, string? Section, string Text)
{
    public override string ToString() => $"line {Line}";
}
