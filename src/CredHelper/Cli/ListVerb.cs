using System.Text.Json;
using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Logins;
using CredHelper.Platform;
using CredHelper.Tokens;

namespace CredHelper.Cli;

/// <summary>
/// <c>list</c>: the servers with known credentials. Standard input is never read (some clients leave it open). GitLab
/// runners and docker's classic builder ask a <c>credsStore</c> for nothing but what stands here, so on a fresh machine
/// with a region the caller's own registry is found out once and remembered.
/// </summary>
internal static class ListVerb
{
    public const string Name = "list";

    public static int Run(EnvironmentSnapshot environment)
    {
        HelperContext context = HelperContext.Start(environment);
        var servers = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string host in new TokenService(context).Hosts())
            servers[$"https://{host}"] = "AWS";
        foreach ((string serverUrl, string username) in new LoginService(context).List())
            servers.TryAdd(serverUrl, username);
        StandardStreams.WriteOutput(JsonOutput.FormatLine(writer => Write(writer, servers)));
        return 0;
    }

    private static void Write(Utf8JsonWriter writer, SortedDictionary<string, string> servers)
    {
        writer.WriteStartObject();
        foreach ((string serverUrl, string username) in servers)
            writer.WriteString(serverUrl, username);
        writer.WriteEndObject();
    }
}
