using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using CredHelper.Cache;
using CredHelper.Configuration;
using CredHelper.CredentialStore;
using CredHelper.Diagnostics;
using CredHelper.DockerConfig;
using CredHelper.Errors;
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
    public static int Run(EnvironmentSnapshot environment)
    {
        HelperContext context = HelperContext.Start(environment);
        var servers = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string host in EcrHosts(context))
            servers[$"https://{host}"] = "AWS";
        foreach ((string serverUrl, string username) in OtherLogins(context))
            servers.TryAdd(serverUrl, username);
        StandardStreams.WriteOutput(Format(servers));
        return 0;
    }

    private static HashSet<string> EcrHosts(HelperContext context)
    {
        TokenCache? cache = context.OpenCache();
        CacheKey? cacheKey = cache is null ? null : CacheKey.Compute(context.Caller, cache.Seed);
        var hosts = new HashSet<string>(StringComparer.Ordinal);
        if (cache is not null && cacheKey is not null)
        {
            long now = context.Now.ToUnixTimeSeconds();
            // The key says whose an entry is: it is the current identity's if its registry leads to the same key.
            hosts.UnionWith(
                cache
                    .Entries()
                    .Where(entry => entry.Token.IsValid(now) && cacheKey.KeyOf(entry.Token.Registry) == entry.Key)
                    .Select(entry => entry.Token.Registry)
            );
        }
        hosts.UnionWith(context.Configuration.LiteralHosts.Where(context.Configuration.Allows));
        hosts.UnionWith(new DefaultRegistries(context, cache, cacheKey).Hosts());
        return hosts;
    }

    private static IEnumerable<(string ServerUrl, string Username)> OtherLogins(HelperContext context)
    {
        IEnumerable<(string, string)> logins =
            StoredCredentials
                .OpenExisting(context.Environment)
                ?.All()
                .Select(login => (login.ServerUrl, login.Username))
            ?? [];
        return logins
            .Concat(FallbackLogins(context))
            .Concat(DockerLogins.Of(context.Environment).Select(login => (login.ServerUrl, login.Username)));
    }

    private static IEnumerable<(string ServerUrl, string Username)> FallbackLogins(HelperContext context)
    {
        try
        {
            return FallbackHelper.Of(context)?.List() ?? [];
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
