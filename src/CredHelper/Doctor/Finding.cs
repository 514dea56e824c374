using CredHelper.Errors;

namespace CredHelper.Doctor;

/// <summary>How a check came out.</summary>
internal enum Verdict
{
    Ok,

    /// <summary>Works, but not as somebody may expect.</summary>
    Warn,

    /// <summary>Keeps a pull from working.</summary>
    Fail,

    /// <summary>Could not be found out, or does not apply.</summary>
    Skip,
}

/// <summary>One line of what was found and one of what to do about it.</summary>
/// <param name="Code">Stable, such as <c>ECR101</c>; docs/troubleshooting.md has a paragraph for each.</param>
/// <param name="Remedy">Null if nothing is wrong.</param>
internal sealed record Finding(string Code, Verdict Verdict, string Text, Remedy? Remedy = null)
{
    /// <summary>One line, whatever the names in it hold.</summary>
    public string Text
    {
        get;
        init => field = ForeignText.Line(value);
    } = ForeignText.Line(Text);

    /// <summary>What is added to the text; left out where the finding is folded under another that says it.</summary>
    public string Detail
    {
        get;
        init => field = ForeignText.Line(value);
    } = "";

    /// <summary>The text with times as seen from now, for a terminal; null if it has no times.</summary>
    public string? RelativeText { get; init; }

    /// <summary>What does not work, for failures that depend on it.</summary>
    public IReadOnlyList<Subject> About { get; init; } = [];

    /// <summary>What it depends on: it follows from a failure that is about one of these.</summary>
    public IReadOnlyList<Subject> DependsOn { get; init; } = [];

    /// <summary>Whether it is about the pull of an image or registry that was asked about.</summary>
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
    /// The registry that it is about: its text begins with that host, or with an image there. Null for what concerns
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

    /// <summary>What is printed below the host as a title; the whole text without one.</summary>
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
    /// The same, about something that other failures may be about as well; the first one is their cause.
    /// </summary>
    public Finding On(params Subject[] subjects) =>
        this with
        {
            About = [.. About, .. subjects],
            DependsOn = [.. DependsOn, .. subjects],
        };

    /// <summary>The same, following from a failure about something else.</summary>
    public Finding After(params Subject[] subjects) => this with { DependsOn = [.. DependsOn, .. subjects] };

    /// <summary>A failure in whose spite the pull works is a warning.</summary>
    public Finding WarnIf(bool isHarmless) =>
        isHarmless && Verdict == Verdict.Fail ? this with { Verdict = Verdict.Warn } : this;
}

/// <summary>
/// One thing that doctor looks at. Checks run in their order and may rely on what earlier ones left in the run.
/// </summary>
internal interface ICheck
{
    /// <summary>What a person at a terminal reads while it runs; null where it is done at once.</summary>
    string? Progress => null;

    IEnumerable<Finding> Run(CheckContext context);
}
