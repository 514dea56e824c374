using System.Text;
using System.Text.Json;
using CredHelper.CredentialStore;
using CredHelper.Platform;
using CredHelper.Protocol;

namespace CredHelper.DockerConfig;

/// <summary>
/// The logins that lie in docker's own config.json. A <c>credsStore</c> hides them from docker; as that store we show
/// them
/// again, so that nobody loses a login by setting us up. Only read here; a file that cannot be read has none.
/// </summary>
internal static class DockerConfigFile
{
    private const int LongestFile = 8 * 1024 * 1024;

    /// <summary>Every entry of <c>auths</c> that holds credentials.</summary>
    public static IReadOnlyList<Credential> Logins(EnvironmentSnapshot environment)
    {
        return
            environment.DockerConfigDirectory is { } directory
            && RegularFile.Read(Path.Combine(directory, "config.json"), LongestFile, out byte[] content) == FileRead.Ok
            ? LoginsIn(content)
            : [];
    }

    /// <summary>The same of a file's bytes.</summary>
    public static IReadOnlyList<Credential> LoginsIn(byte[] content)
    {
        var logins = new List<Credential>();
        try
        {
            using JsonDocument document = JsonDocument.Parse(
                content.AsMemory(content.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0)
            );
            if (
                document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("auths", out JsonElement auths)
                || auths.ValueKind != JsonValueKind.Object
            )
                return [];
            foreach (JsonProperty entry in auths.EnumerateObject())
            {
                if (entry.Value.ValueKind == JsonValueKind.Object && Read(entry.Name, entry.Value) is { } login)
                    logins.Add(login);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Docker itself refuses such a file with a message of its own. The second is an escape that is no
            // character.
        }
        return logins;
    }

    public static Credential? Find(EnvironmentSnapshot environment, string serverUrl)
    {
        string wanted = ServerUrl.Canonical(serverUrl);
        return Logins(environment).FirstOrDefault(login => ServerUrl.Canonical(login.ServerUrl) == wanted);
    }

    /// <summary>
    /// <c>identitytoken</c>, else <c>auth</c> (base64 of user:password), else the two fields that docker wrote long
    /// ago.
    /// </summary>
    private static Credential? Read(string serverUrl, JsonElement entry)
    {
        (string user, string password) =
            Split(Text(entry, "auth")) ?? (Text(entry, "username") ?? "", Text(entry, "password") ?? "");
        if (Text(entry, "identitytoken") is { Length: > 0 } token)
            return new Credential(serverUrl, "<token>", token);
        return user.Length > 0 && password.Length > 0 ? new Credential(serverUrl, user, password) : null;
    }

    private static (string User, string Password)? Split(string? auth)
    {
        if (string.IsNullOrEmpty(auth))
            return null;
        byte[] decoded = new byte[auth.Length];
        if (!Convert.TryFromBase64String(auth, decoded, out int length))
            return null;
        string pair = Encoding.UTF8.GetString(decoded, 0, length);
        int colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 ? (pair[..colon], pair[(colon + 1)..].TrimEnd('\0')) : null;
    }

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
