using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using CredHelper.Aws;
using CredHelper.Cache;
using CredHelper.Children;
using CredHelper.DockerConfig;
using CredHelper.Identity;
using CredHelper.Keychain;
using CredHelper.Platform;
using CredHelper.Registry;

namespace CredHelper.CommandLine;

/// <summary>
/// <c>list</c>: the servers with known credentials. Standard input is never read (some clients leave it open). GitLab
/// runners and docker's classic builder ask a <c>credsStore</c> for nothing but what stands here, so on a fresh machine
/// with a region the caller's own registry is found out once and remembered.
/// </summary>
internal static class ListVerb
{
    public static int Run(EnvironmentSnapshot environment)
    {
        Invocation run = Invocation.Start(environment);
        var servers = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string host in EcrHosts(run))
            servers[$"https://{host}"] = "AWS";
        foreach ((string serverUrl, string username) in OtherLogins(run))
            servers.TryAdd(serverUrl, username);
        StandardStreams.WriteOutput(Format(servers));
        return 0;
    }

    private static HashSet<string> EcrHosts(Invocation run)
    {
        TokenCache? cache = run.OpenCache();
        CallerIdentity? identity = cache is null ? null : CallerIdentity.Compute(run.Caller, cache.Seed);
        var hosts = new HashSet<string>(StringComparer.Ordinal);
        if (cache is not null && identity is not null)
        {
            long now = run.Now.ToUnixTimeSeconds();
            // The key says whose an entry is: it is the current identity's if its registry leads to the same key.
            hosts.UnionWith(
                cache
                    .Entries()
                    .Where(entry => entry.Token.IsValid(now) && identity.KeyOf(entry.Token.Registry) == entry.Key)
                    .Select(entry => entry.Token.Registry)
            );
        }
        hosts.UnionWith(run.Map.LiteralHosts.Where(run.Map.Allows));
        hosts.UnionWith(new OwnRegistries(run, cache, identity).Hosts());
        return hosts;
    }

    private static IEnumerable<(string ServerUrl, string Username)> OtherLogins(Invocation run)
    {
        IEnumerable<(string, string)> logins =
            LoginStore.OpenExisting(run.Environment)?.All().Select(login => (login.ServerUrl, login.Username)) ?? [];
        return logins
            .Concat(FallbackLogins(run))
            .Concat(DockerConfigFile.Logins(run.Environment).Select(login => (login.ServerUrl, login.Username)));
    }

    private static IEnumerable<(string ServerUrl, string Username)> FallbackLogins(Invocation run)
    {
        try
        {
            return FallbackHelper.Of(run)?.List() ?? [];
        }
        catch (HelperException exception)
        {
            // One keychain that is locked must not hide the registries of another.
            FailureLine.Of("list", exception).WriteToError();
            return [];
        }
    }

    private static ReadOnlySpan<byte> Format(SortedDictionary<string, string> servers)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.Default }))
        {
            writer.WriteStartObject();
            foreach ((string serverUrl, string username) in servers)
                writer.WriteString(serverUrl, username);
            writer.WriteEndObject();
        }
        buffer.Write("\n"u8);
        return buffer.WrittenSpan;
    }
}
