using CredHelper.Doctor;
using CredHelper.Errors;
using CredHelper.Output;
using CredHelper.Platform;
using CredHelper.Processes;

namespace CredHelper.Cli;

/// <summary>The parsed options of a call of doctor.</summary>
internal sealed class DoctorRequest
{
    public const string OutputOption = "--output",
        PlainText = "text",
        Json = "json",
        Prometheus = "prometheus";

    public required IReadOnlyList<string> Images { get; init; }

    public required bool IsOffline { get; init; }

    public required ReportFormat Format { get; init; }

    /// <summary>The file that the report replaces, or null for standard output.</summary>
    public required string? File { get; init; }

    /// <summary>The whole call as it was typed.</summary>
    public required string[] Call { get; init; }

    public string CallAsTyped => string.Join(' ', Call.Select(ShellWord.Quote));

    /// <summary>
    /// The call without <c>--output</c>, for a child process whose output this process writes to the file.
    /// </summary>
    public string[] CallWithoutOutput =>
        [.. Call.Where((word, index) => word != OutputOption && (index == 0 || Call[index - 1] != OutputOption))];

    public string[] Arguments =>
        [
            .. IsOffline ? ["--offline"] : (string[])[],
            "--format",
            Format switch
            {
                ReportFormat.Json => Json,
                ReportFormat.Prometheus => Prometheus,
                _ => PlainText,
            },
            "--",
            .. Images,
        ];

    public static ReportFormat FormatOf(string? name) =>
        name switch
        {
            Json => ReportFormat.Json,
            Prometheus => ReportFormat.Prometheus,
            _ => ReportFormat.Text,
        };

    /// <summary>
    /// Runs the checks in a child process of another user. The parent writes the report file, because that user may
    /// lack permission for its directory.
    /// </summary>
    public int RunAs(Account account, EnvironmentSnapshot environment, string[] command, string? input = null)
    {
        if (File is not { } file)
            return AsUser.RunAttached(account, environment, command, input);
        using var output = new MemoryStream();
        int code = AsUser.RunAttached(account, environment, command, input, output);
        // A child that could not start has no report, so the previous file is kept.
        if (output.Length > 0)
            ReportFile.Replace(file, output.ToArray());
        return code;
    }

    public DoctorReport CreateReport() => new(Format, isForFile: File is not null);

    /// <summary>Prints the report, or writes it to the file.</summary>
    public int Finish(DoctorReport report, CheckContext context)
    {
        byte[] bytes = report.Format(context);
        if (File is { } file)
            ReportFile.Replace(file, bytes);
        else
            StandardStreams.WriteOutput(bytes);
        return report.ExitCode;
    }
}
