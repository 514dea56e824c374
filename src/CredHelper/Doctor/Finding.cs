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
/// <param name="Code">Stable, such as <c>ECR101</c>; docs/DOCTOR.md has a paragraph for each.</param>
/// <param name="Remedy">The command to run or the line to change; null where nothing is wrong.</param>
internal sealed record Finding(string Code, Verdict Verdict, string Text, string? Remedy = null)
{
    public string VerdictText =>
        Verdict switch
        {
            Verdict.Ok => "OK",
            Verdict.Warn => "WARN",
            Verdict.Fail => "FAIL",
            _ => "SKIP",
        };

    public static Finding Ok(string code, string text) => new(code, Verdict.Ok, text);

    public static Finding Warn(string code, string text, string remedy) => new(code, Verdict.Warn, text, remedy);

    public static Finding Fail(string code, string text, string remedy) => new(code, Verdict.Fail, text, remedy);

    public static Finding Skip(string code, string text) => new(code, Verdict.Skip, text);

    /// <summary>A failure of ours as its message and hint.</summary>
    public static Finding Fail(string code, string about, HelperException failure) =>
        new(
            code,
            Verdict.Fail,
            $"{about}: {failure.Message}{(failure.IdentitySource is { } source ? $" ({source})" : "")}",
            failure.Hint ?? "see the message"
        );
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
