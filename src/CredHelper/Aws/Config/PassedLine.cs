namespace CredHelper.Aws.Config;

/// <summary>
/// A line of an AWS file that is neither header nor option of a section, so that nothing is read from it. It may
/// hold a secret.
/// </summary>
/// <param name="Section">The section that it stands in; null before the first, and behind a header that does not
/// close.</param>
internal sealed record PassedLine(int Line, string? Section, string Text)
{
    public override string ToString() => $"line {Line}";
}
