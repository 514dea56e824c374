using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CredHelper.Release;

/// <summary>Writes indented JSON, with the same bytes on every system.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, NewLine = "\n" };

    public static byte[] Write(JsonObject document) => Encoding.UTF8.GetBytes(document.ToJsonString(Layout) + "\n");
}
