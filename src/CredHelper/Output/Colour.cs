namespace CredHelper.Output;

/// <summary>The colours and weights of a terminal that reports use; the values are codes of ECMA-48 (SGR).</summary>
internal enum Colour
{
    None = 0,
    Bold = 1,
    Faint = 2,
    Red = 31,
    Green = 32,
    Yellow = 33,
    Cyan = 36,
}
