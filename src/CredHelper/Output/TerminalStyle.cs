using System.Globalization;
using CredHelper.Platform;

namespace CredHelper.Output;

/// <summary>
/// How a report is laid out: plain and unchanged for pipes and files; with colour, sections and wrapped lines on a
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

    /// <summary>Whether a person reads it; otherwise the plain text is printed.</summary>
    public bool HasLayout { get; init; }

    /// <summary>Whether status words are coloured.</summary>
    public bool HasColour { get; init; }

    /// <summary>Columns of a line; null if lines are not wrapped.</summary>
    public int? Width { get; init; }

    /// <summary>Whether a line can be erased again, as progress needs it.</summary>
    public bool CanErase { get; init; }

    /// <summary>Of this process's standard output.</summary>
    public static TerminalStyle Current =>
        _inherited ?? Of(EnvironmentSnapshot.Take(), !Console.IsOutputRedirected, TerminalSize.Columns);

    /// <summary>Of standard error, which may go elsewhere than standard output.</summary>
    public static TerminalStyle CurrentOfError => IsErrorTerminal ? Current : Plain;

    /// <summary>Whether a person reads standard error.</summary>
    public static bool IsErrorTerminal =>
        _inherited is null ? !Console.IsErrorRedirected : _inheritedFlags.Contains(ErrorFlag);

    /// <summary>Whether a person can be asked on standard error and answer on standard input.</summary>
    public static bool CanAsk =>
        _inherited is null
            ? !Console.IsInputRedirected && !Console.IsErrorRedirected
            : _inheritedFlags.Contains(QuestionFlag);

    /// <param name="environment">Where a person chooses: <c>NO_COLOR</c>, <c>FORCE_COLOR</c>, …</param>
    /// <param name="isTerminal">Whether standard output is a terminal.</param>
    /// <param name="measure">Columns of that terminal; null if they are not known.</param>
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

    /// <summary>For a child process whose output this process writes to its own streams.</summary>
    /// <param name="canAsk">Whether it may ask the person at our terminal, if there is one.</param>
    public string ToArgument(bool canAsk) =>
        $"{(IsErrorTerminal ? ErrorFlag : "")}{(canAsk && CanAsk ? QuestionFlag : "")}{ToArgument()}";

    /// <summary>This style alone.</summary>
    public string ToArgument() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(HasLayout ? LayoutFlag : "")}{(HasColour ? ColourFlag : "")}{(CanErase ? EraseFlag : "")}{Width ?? 0}"
        );

    /// <summary>Takes over the style of the process that started this one.</summary>
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

    /// <summary>NO_COLOR outranks the others, as in Python (no-color.org, force-color.org, CLICOLOR).</summary>
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
