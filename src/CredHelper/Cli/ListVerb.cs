using System.Text.Json;
using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Logins;
using CredHelper.Platform;
using CredHelper.Tokens;

namespace CredHelper.Cli;

/// <summary>
/// <c>list</c>: prints the servers with known credentials. Standard input is never read, because some clients leave it
/// open. GitLab Runner and docker's classic builder use a <c>credsStore</c> only for the servers listed here. So on a
/// machine without cached tokens but with a region, the caller's own registry is looked up once and cached.
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
