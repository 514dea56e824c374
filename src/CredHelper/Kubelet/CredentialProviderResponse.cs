using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace CredHelper.Kubelet;

/// <summary>The answer, which the kubelet decodes strictly: these fields and no other.</summary>
internal static class CredentialProviderResponse
{
    /// <param name="host">The registry as the image names it.</param>
    /// <param name="login">Null: nothing for this image.</param>
    /// <param name="remaining">How long the login will serve.</param>
    public static ReadOnlyMemory<byte> Format(string apiVersion, string host, (string Username, string Secret)? login, TimeSpan remaining)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("kind", "CredentialProviderResponse");
            writer.WriteString("apiVersion", apiVersion);
            writer.WriteString("cacheKeyType", "Registry");
            // Half of it, as AWS's provider does: a token that is handed out must outlive the pull.
            writer.WriteString("cacheDuration", Duration(remaining / 2));
            if (login is { } known)
            {
                writer.WriteStartObject("auth");
                writer.WriteStartObject(host);
                writer.WriteString("username", known.Username);
                writer.WriteString("password", known.Secret);
                writer.WriteEndObject();
                writer.WriteEndObject();
            }
            else
            {
                writer.WriteNull("auth");
            }
            writer.WriteEndObject();
        }
        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }

    /// <summary>A Go duration, as <c>6h0m0s</c>.</summary>
    public static string Duration(TimeSpan span)
    {
        long seconds = Math.Max(0, (long)span.TotalSeconds);
        return string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}h{seconds / 60 % 60}m{seconds % 60}s");
    }
}
