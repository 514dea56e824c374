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

    private static TerminalStyle? _inherited;

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
    public static TerminalStyle CurrentOfError => Console.IsErrorRedirected ? Plain : Current;

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

    /// <summary>For a child process that writes to our standard output with another environment.</summary>
    public string ToArgument() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(HasLayout ? "l" : "")}{(HasColour ? "c" : "")}{(CanErase ? "e" : "")}{Width ?? 0}"
        );

    /// <summary>Takes over the style of the process that started this one.</summary>
    public static void Inherit(string argument)
    {
        string flags = argument.TrimEnd([.. "0123456789"]);
        _ = int.TryParse(argument[flags.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int width);
        _inherited = new TerminalStyle
        {
            HasLayout = flags.Contains('l', StringComparison.Ordinal),
            HasColour = flags.Contains('c', StringComparison.Ordinal),
            Width = width > 0 ? width : null,
            CanErase = flags.Contains('e', StringComparison.Ordinal),
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
