using System.Text.Json;
using CredHelper.Diagnostics;
using CredHelper.PullResolution;

namespace CredHelper.Doctor;

/// <summary>Formats the report of <c>--json</c>; its schema is docs/reference/schemas/doctor.json.</summary>
internal static class DoctorJson
{
    public static void Write(Utf8JsonWriter writer, CheckContext context, IReadOnlyList<FindingGroup> groups)
    {
        IReadOnlyList<string> hosts = context.Hosts;
        writer.WriteStartObject();
        writer.WriteSchema();
        writer.WriteString("as", PullClient.NameOf(context.Client.Kind));
        writer.WriteBoolean("ok", FindingGroup.Count(groups, Verdict.Fail) == 0);
        writer.WriteStartArray("findings");
        foreach (FindingGroup group in groups)
        {
            writer.WriteStartObject();
            WriteFields(writer, group.Cause, group.Cause.Detail, hosts);
            writer.WriteStartArray("consequences");
            foreach (Finding consequence in group.Consequences)
            {
                writer.WriteStartObject();
                WriteFields(writer, consequence, detail: "", hosts);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("images");
        foreach (JudgedImage image in context.KnownResolutions)
        {
            writer.WriteStartObject();
            Write(writer, image.View.Runners);
            writer.WritePropertyName("resolution");
            ResolutionTable.Write(writer, image.Resolution, context.RouteOf);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        CacheListing.Write(writer, context.SettingsEnvironment, context.StartedAt);
        writer.WriteEndObject();
    }

    private static void WriteFields(Utf8JsonWriter writer, Finding finding, string detail, IReadOnlyList<string> hosts)
    {
        writer.WriteString("code", finding.Code);
        writer.WriteString("status", finding.VerdictText);
        writer.WriteString("registry", finding.RegistryAmong(hosts));
        writer.WriteString("finding", finding.Text + detail);
        writer.WriteString("remedy", finding.Remedy?.Text);
        if (finding.Remedy is { } remedy)
            writer.WriteBoolean("remedyIsCommand", remedy.IsCommand);
        else
            writer.WriteNull("remedyIsCommand");
    }

    private static void Write(Utf8JsonWriter writer, IReadOnlyList<RunnerSummary> runners)
    {
        writer.WriteStartArray("runners");
        foreach (RunnerSummary runner in runners)
        {
            writer.WriteStartObject();
            writer.WriteString("name", runner.Name);
            writer.WriteString("executor", runner.Executor);
            writer.WriteNumberOrNull("id", runner.Id);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
