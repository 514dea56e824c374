namespace CredHelper.Tests.Texts;

/// <summary>How a text reaches the user, which decides its form.</summary>
internal enum TextRole
{
    /// <summary>A text of unknown use, such as a note or a line of a report.</summary>
    Other,

    /// <summary>What went wrong: the message of an error or warning, or a clause of one.</summary>
    Problem,

    /// <summary>How to fix it: a command or an instruction.</summary>
    Hint,

    /// <summary>The help of an option or argument.</summary>
    Description,
}

/// <summary>A text in the sources of the program.</summary>
/// <param name="Place">File, relative to src, and line.</param>
/// <param name="Text">The text; every interpolated value is <see cref="Hole"/>.</param>
internal sealed record SourceText(string Place, TextRole Role, string Text)
{
    public const string Hole = "{…}";

    public override string ToString() => $"{Place}: \"{Text}\"";
}
