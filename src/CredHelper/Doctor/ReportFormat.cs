namespace CredHelper.Doctor;

/// <summary>What doctor prints.</summary>
internal enum ReportFormat
{
    /// <summary>For people, laid out for a terminal if there is one.</summary>
    Text,

    /// <summary>One JSON object (docs/reference/schemas/doctor.json).</summary>
    Json,

    /// <summary>Metrics for node_exporter's textfile collector (docs/monitoring.md).</summary>
    Prometheus,
}
