using System.Globalization;
using CredHelper.Platform;

namespace CredHelper.Output;

/// <summary>
/// How a report is formatted: plain and stable for pipes and files, or with colour, sections and wrapped lines for a
/// terminal. A terminal without colour (<c>NO_COLOR</c>, <c>TERM=dumb</c>) still gets the layout.
/// </summary>
internal sealed class TerminalStyle
{
    private const int UsualWidth = 80,
        SmallestWidth = 30;

    private const char LayoutFlag = 'l',
        ColourFlag = 'c',
        EraseFlag = 'e',
        ErrorFlag = 't',
        QuestionFlag = 'q';

    private static TerminalStyle? _inherited;
    private static string _inheritedFlags = "";

    public static TerminalStyle Plain { get; } = new();

    /// <summary>Whether the report is laid out for a terminal; otherwise plain text is printed.</summary>
    public bool HasLayout { get; init; }

    /// <summary>Whether status words are coloured.</summary>
    public bool HasColour { get; init; }

    /// <summary>The columns of a line, or null if lines are not wrapped.</summary>
    public int? Width { get; init; }

    /// <summary>Whether a line can be erased, which progress lines need.</summary>
    public bool CanErase { get; init; }

    /// <summary>The style of standard output of this process.</summary>
    public static TerminalStyle Current =>
        _inherited ?? Of(EnvironmentSnapshot.Take(), !Console.IsOutputRedirected, TerminalSize.Columns);

    /// <summary>The style of standard error, which may go to another place than standard output.</summary>
    public static TerminalStyle CurrentOfError => IsErrorTerminal ? Current : Plain;

    /// <summary>Whether standard error is a terminal.</summary>
    public static bool IsErrorTerminal =>
        _inherited is null ? !Console.IsErrorRedirected : _inheritedFlags.Contains(ErrorFlag);

    /// <summary>Whether the user can be prompted on standard error and answer on standard input.</summary>
    public static bool CanAsk =>
        _inherited is null
            ? !Console.IsInputRedirected && !Console.IsErrorRedirected
            : _inheritedFlags.Contains(QuestionFlag);

    /// <param name="environment">The environment with the user's choice: <c>NO_COLOR</c>, <c>FORCE_COLOR</c>, …</param>
    /// <param name="isTerminal">Whether standard output is a terminal.</param>
    /// <param name="measure">Returns the columns of the terminal, or null if they are not known.</param>
    public static TerminalStyle Of(EnvironmentSnapshot environment, bool isTerminal, Func<int?> measure)
    {
        bool isForced = IsForced(environment);
        if (!isTerminal && !isForced)
            return Plain;
        int? columns = Columns(environment);
        if (isTerminal)
            columns ??= measure() ?? UsualWidth;
        bool isCapable = environment["TERM"] is not (null or "dumb");
        bool hasColour = isForced || (isCapable && !IsRefused(environment));
        return new TerminalStyle
        {
            HasLayout = true,
            HasColour = hasColour,
            Width = columns is { } width ? Math.Max(width, SmallestWidth) : null,
            CanErase = isTerminal && isCapable,
        };
    }

    /// <summary>
    /// The style as an argument for a child process whose output this process writes to its own streams.
    /// </summary>
    /// <param name="canAsk">Whether the child may prompt the user at our terminal.</param>
    public string ToArgument(bool canAsk) =>
        $"{(IsErrorTerminal ? ErrorFlag : "")}{(canAsk && CanAsk ? QuestionFlag : "")}{ToArgument()}";

    /// <summary>This style as an argument.</summary>
    public string ToArgument() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(HasLayout ? LayoutFlag : "")}{(HasColour ? ColourFlag : "")}{(CanErase ? EraseFlag : "")}{Width ?? 0}"
        );

    /// <summary>Adopts the style of the parent process.</summary>
    public static void Inherit(string argument)
    {
        string flags = argument.TrimEnd([.. "0123456789"]);
        _ = int.TryParse(argument[flags.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int width);
        _inheritedFlags = flags;
        _inherited = new TerminalStyle
        {
            HasLayout = flags.Contains(LayoutFlag),
            HasColour = flags.Contains(ColourFlag),
            Width = width > 0 ? width : null,
            CanErase = flags.Contains(EraseFlag),
        };
    }

    /// <summary>
    /// NO_COLOR takes precedence over the others, as in Python (no-color.org, force-color.org, CLICOLOR).
    /// </summary>
    private static bool IsForced(EnvironmentSnapshot environment) =>
        environment["NO_COLOR"] is null
        && (
            environment["FORCE_COLOR"] is not (null or "0" or "false")
            || environment["CLICOLOR_FORCE"] is not (null or "0")
        );

    private static bool IsRefused(EnvironmentSnapshot environment) =>
        environment["NO_COLOR"] is not null
        || environment["FORCE_COLOR"] is "0" or "false"
        || environment["CLICOLOR"] is "0";

    private static int? Columns(EnvironmentSnapshot environment) =>
        int.TryParse(environment["COLUMNS"], NumberStyles.None, CultureInfo.InvariantCulture, out int columns)
        && columns > 0
            ? columns
            : null;
}
