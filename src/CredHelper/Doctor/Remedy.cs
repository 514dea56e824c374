using CredHelper.Errors;

namespace CredHelper.Doctor;

/// <summary>The fix for a finding.</summary>
/// <param name="IsCommand">Whether it can be run as printed; otherwise it is advice, such as an edit.</param>
internal sealed record Remedy(string Text, bool IsCommand)
{
    public string Text { get; } = ForeignText.Line(Text);

    public static Remedy Run(string command) => new(command, IsCommand: true);

    public static Remedy Advise(string text) => new(text, IsCommand: false);

    public override string ToString() => IsCommand ? Text : $"advice: {Text}";
}
