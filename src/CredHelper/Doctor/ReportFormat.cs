namespace CredHelper.Doctor;

/// <summary>The output format of doctor.</summary>
internal enum ReportFormat
{
    /// <summary>Text for people, formatted for a terminal if there is one.</summary>
    Text,

    /// <summary>One JSON object (docs/reference/schemas/doctor.json).</summary>
    Json,

    /// <summary>Metrics for node_exporter's textfile collector (docs/monitoring.md).</summary>
    Prometheus,
}
