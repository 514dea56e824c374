namespace CredHelper.Output;

/// <summary>A part of a line with its colour.</summary>
internal sealed class Styled(string text, Colour colour = Colour.None)
{
    public string Text => text;

    public Colour Colour => colour;

    public static Styled Blanks(int count) => new(new string(' ', count));
}
