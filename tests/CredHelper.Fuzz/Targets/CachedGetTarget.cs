using System.Text;
using System.Text.Json;
using CredHelper.Cache;
using CredHelper.Platform;
using CredHelper.Protocol;

namespace CredHelper.Fuzz.Targets;

/// <summary>
/// The way of a cached <c>get</c>, the code that also runs before the runtime starts: a request, an environment and an
/// entry. Lines <c>NAME=value</c> up to an empty one, the server URL, and the rest is the entry's lines, whose digest
/// is made right. A hit must be what the managed reader of the cache would serve.
/// </summary>
internal sealed class CachedGetTarget : IFuzzTarget
{
    private const long Now = 1_700_000_000;

    private readonly string _home = Directory.CreateTempSubdirectory("cached-get-").FullName;

    public string Name => "cached-get";

    public void Read(ReadOnlySpan<byte> input)
    {
        string[] parts = Encoding.UTF8.GetString(input).Split("\n\n", 2);
        EnvironmentSnapshot environment = Environment(parts[0]);
        string[] request = (parts.Length > 1 ? parts[1] : "").Split('\n', 2);
        if (TokenCache.OpenOrCreate(environment, out _) is not { } cache || !cache.Directory.StartsWith(_home))
            return;
        string host = ServerUrl.ServerName(request[0]) ?? "";
        string key = CacheKey.Compute(environment, cache.Seed).KeyOf(host);
        byte[] entry = RecordFile.Format(
            CachedToken.Kind,
            cache.Seed,
            [.. Fields(request.Length > 1 ? request[1] : "")]
        );
        PrivateDirectory.Replace(cache.Directory, key, entry);
        byte[]? answer = CachedAnswer.Find(request[0], environment, DateTimeOffset.FromUnixTimeSeconds(Now));
        PrivateDirectory.Delete(Path.Combine(cache.Directory, key));
        if (answer is null)
            return;
        CachedToken? token = CachedToken.Parse(cache.Seed, entry);
        Promise.Holds(token is not null && token.IsFresh(Now), "what answers is fresh");
        Promise.Same(host, token!.Alias ?? token.Registry, "a token answers for its registry alone");
        using JsonDocument line = JsonDocument.Parse(answer);
        Promise.Same(request[0], line.RootElement.GetProperty("ServerURL").GetString(), "the answer repeats the URL");
        Promise.Same(token.Username, line.RootElement.GetProperty("Username").GetString(), "the user of the entry");
        Promise.Same(token.Secret, line.RootElement.GetProperty("Secret").GetString(), "the secret of the entry");
    }

    private EnvironmentSnapshot Environment(string lines)
    {
        var variables = new Dictionary<string, string> { ["HOME"] = _home };
        foreach (string line in lines.Split('\n'))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && !line.Contains('\0', StringComparison.Ordinal))
                variables[line[..equals]] = line[(equals + 1)..];
        }
        return new EnvironmentSnapshot(variables);
    }

    private static IEnumerable<KeyValuePair<string, string>> Fields(string lines)
    {
        foreach (string line in lines.Split('\n'))
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space > 0)
                yield return new(line[..space], line[(space + 1)..]);
        }
    }
}
