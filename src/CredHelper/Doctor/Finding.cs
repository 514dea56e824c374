using CredHelper.Errors;

namespace CredHelper.Doctor;

/// <summary>The status of a finding.</summary>
internal enum Verdict
{
    Ok,

    /// <summary>Works, but possibly not as expected.</summary>
    Warn,

    /// <summary>Prevents a pull.</summary>
    Fail,

    /// <summary>Could not be checked, or does not apply.</summary>
    Skip,
}

/// <summary>What a check found, on one line, and how to fix it.</summary>
/// <param name="Code">Stable, such as <c>ECR101</c>; docs/troubleshooting.md describes each.</param>
/// <param name="Remedy">Null if there is nothing to fix.</param>
internal sealed record Finding(string Code, Verdict Verdict, string Text, Remedy? Remedy = null)
{
    /// <summary>A single line, even if names in it contain line breaks.</summary>
    public string Text
    {
        get;
        init => field = ForeignText.Line(value);
    } = ForeignText.Line(Text);

    /// <summary>Text to append, unless the finding is listed below a cause that already includes it.</summary>
    public string Detail
    {
        get;
        init => field = ForeignText.Line(value);
    } = "";

    /// <summary>The text with relative times, for a terminal; null if it contains no times.</summary>
    public string? RelativeText { get; init; }

    /// <summary>What the finding is about; failures that depend on it follow from this one.</summary>
    public IReadOnlyList<Subject> About { get; init; } = [];

    /// <summary>What it depends on: it follows from a failure about one of these.</summary>
    public IReadOnlyList<Subject> DependsOn { get; init; } = [];

    /// <summary>Whether it concerns the pull of a requested image or registry.</summary>
    public bool IsOfPull { get; init; }

    public string VerdictText => TextOf(Verdict);

    public static string TextOf(Verdict verdict) =>
        verdict switch
        {
            Verdict.Ok => "OK",
            Verdict.Warn => "WARN",
            Verdict.Fail => "FAIL",
            _ => "SKIP",
        };

    /// <summary>
    /// The registry that it is about: its text begins with that host, or with an image there. Null for findings about
    /// the machine.
    /// </summary>
    public string? RegistryAmong(IEnumerable<string> hosts) =>
        hosts.FirstOrDefault(host =>
            Text.StartsWith(host, StringComparison.Ordinal)
            && (
                Text.Length == host.Length
                || Text[host.Length] is ' ' or '/'
                || Text[host.Length..].StartsWith(": ", StringComparison.Ordinal)
            )
        );

    /// <summary>The text to print below the host as a title; the whole text without one.</summary>
    public string TextBelow(string? host)
    {
        string text = (RelativeText ?? Text) + Detail;
        return host is not null && RegistryAmong([host]) is not null
            ? text[host.Length..].TrimStart(':', ' ', '/')
            : text;
    }

    public static Finding Ok(string code, string text) => new(code, Verdict.Ok, text);

    public static Finding Warn(string code, string text, Remedy? remedy) => new(code, Verdict.Warn, text, remedy);

    public static Finding Fail(string code, string text, Remedy remedy) => new(code, Verdict.Fail, text, remedy);

    public static Finding Skip(string code, string text) => new(code, Verdict.Skip, text);

    /// <summary>
    /// The same finding about something that other failures may also be about; the first one is their cause.
    /// </summary>
    public Finding On(params Subject[] subjects) =>
        this with
        {
            About = [.. About, .. subjects],
            DependsOn = [.. DependsOn, .. subjects],
        };

    /// <summary>The same finding, following from a failure about something else.</summary>
    public Finding After(params Subject[] subjects) => this with { DependsOn = [.. DependsOn, .. subjects] };

    /// <summary>Turns a failure into a warning if the pull works in spite of it.</summary>
    public Finding WarnIf(bool isHarmless) =>
        isHarmless && Verdict == Verdict.Fail ? this with { Verdict = Verdict.Warn } : this;
}

/// <summary>One check of doctor. Checks run in order and may use what earlier ones stored in the context.</summary>
internal interface ICheck
{
    /// <summary>The progress message on a terminal; null for a check that finishes at once.</summary>
    string? Progress => null;

    IEnumerable<Finding> Run(CheckContext context);
}
