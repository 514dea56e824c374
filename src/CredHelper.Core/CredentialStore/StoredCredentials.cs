using System.Runtime.InteropServices;
using CredHelper.Cache;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Protocol;

namespace CredHelper.CredentialStore;

/// <summary>
/// Logins of registries that are not ECR, one private file each. A login belongs to the docker configuration it was
/// made under, so that CI jobs with a configuration of their own never see each other's. The secret lies there as plain
/// text, as it would in docker's own config.json.
/// </summary>
internal sealed class StoredCredentials
{
    private const string Kind = "login 1";

    /// <summary>Bytes: the longest request of a store, each of which may take five here.</summary>
    private const int LongestLogin = 6 * 1024 * 1024;

    private readonly byte[] _seed;
    private readonly string _dockerConfig;

    private StoredCredentials(string directory, byte[] seed, string dockerConfig)
    {
        Directory = directory;
        _seed = seed;
        _dockerConfig = dockerConfig;
    }

    public string Directory { get; }

    /// <summary>The store if it exists and is safe; null, where there is nothing to find.</summary>
    public static StoredCredentials? OpenExisting(EnvironmentSnapshot environment)
    {
        if (
            CacheLocation.Logins(environment, out _) is not { } directory
            || PrivateDirectory.WhyUnusable(directory) is not null
        )
        {
            return null;
        }

        return CacheSeed.Read(directory) is { } seed
            ? new StoredCredentials(directory, seed, DockerConfigOf(environment))
            : null;
    }

    /// <exception cref="HelperException">There is no place where a login could be kept: it would be lost
    /// silently.</exception>
    public static StoredCredentials OpenOrCreate(EnvironmentSnapshot environment)
    {
        string? directory = CacheLocation.Logins(environment, out string? reason);
        if (directory is not null)
            reason = PrivateDirectory.Ensure(directory);
        if (directory is null || reason is not null)
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"the login cannot be kept: {reason}",
                "set AWS_ECR_CACHE_DIR to a directory of your own"
            );
        }

        try
        {
            return CacheSeed.ReadOrCreate(directory) is { } seed
                ? new StoredCredentials(directory, seed, DockerConfigOf(environment))
                : throw new HelperException(
                    FailureKind.Configuration,
                    $"{Path.Combine(directory, CacheSeed.FileName)} cannot be read",
                    "remove it; logins made under it are lost, log in again"
                );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotKept(directory, exception);
        }
    }

    public Credential? Find(string serverUrl) =>
        ServerUrl.CanonicalForms(serverUrl).Select(FindCanonical).OfType<Credential>().FirstOrDefault();

    /// <summary>Every login of this docker configuration.</summary>
    public IEnumerable<Credential> All()
    {
        foreach (string name in PrivateDirectory.FileNames(Directory))
        {
            if (
                !name.StartsWith(PrivateDirectory.TemporaryPrefix, StringComparison.Ordinal)
                && name != CacheSeed.FileName
                && Read(name) is { } login
            )
            {
                yield return login;
            }
        }
    }

    /// <exception cref="HelperException">The disk is full or broken; an older login is untouched.</exception>
    public void Put(Credential login)
    {
        byte[] content = RecordFile.Format(
            Kind,
            _seed,
            [
                new("config", _dockerConfig),
                new("server", login.ServerUrl),
                new("username", login.Username),
                new("secret", login.Secret),
            ]
        );
        try
        {
            PrivateDirectory.RemoveAbandoned(Directory, DateTimeOffset.UtcNow);
            PrivateDirectory.Replace(Directory, NameOf(ServerUrl.Canonical(login.ServerUrl)), content, durable: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotKept(Directory, exception);
        }
        // An older one under another name of the server would still be found by that name.
        RemoveForms(ServerUrl.CanonicalForms(login.ServerUrl).Skip(1));
    }

    /// <summary>Forgets a login; none there is no failure.</summary>
    /// <exception cref="HelperException">It is still there: whoever logs out must know.</exception>
    public void Remove(string serverUrl) => RemoveForms(ServerUrl.CanonicalForms(serverUrl));

    private void RemoveForms(IEnumerable<string> canonicalForms)
    {
        foreach (string form in canonicalForms)
        {
            if (FindCanonical(form) is not null)
                Delete(Path.Combine(Directory, NameOf(form)));
        }
    }

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new HelperException(
                FailureKind.Other,
                $"the login cannot be removed: {exception.Message}",
                $"remove {path}",
                exception
            );
        }
    }

    private Credential? FindCanonical(string canonical) =>
        Read(NameOf(canonical)) is { } login && ServerUrl.Canonical(login.ServerUrl) == canonical ? login : null;

    private Credential? Read(string name)
    {
        if (RegularFile.Read(Path.Combine(Directory, name), LongestLogin, out byte[] content, own: true) != FileRead.Ok)
            return null;
        return
            RecordFile.Parse(Kind, _seed, content)
                is [("config", var config), ("server", var server), ("username", var username), ("secret", var secret)]
            && config == _dockerConfig
            ? new Credential(server, username, secret)
            : null;
    }

    private string NameOf(string canonical)
    {
        // UTF-16, as in the names of logins that exist.
        return NativeScratch.Use(
            (ref Scratch scratch) =>
            {
                Bytes seed = scratch.AddCopy(_seed);
                Bytes config = scratch.AddCopy(MemoryMarshal.AsBytes(_dockerConfig.AsSpan()));
                Bytes server = scratch.AddCopy(MemoryMarshal.AsBytes(canonical.AsSpan()));
                int fields = scratch.Length;
                scratch.AddField(seed);
                scratch.AddField(config);
                scratch.AddField(server);
                return scratch.Digest(fields, seed).ToString();
            }
        );
    }

    private static string DockerConfigOf(EnvironmentSnapshot environment) =>
        environment.DockerConfigDirectory is { } directory
            ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory))
            : "";

    private static HelperException NotKept(string directory, Exception e) =>
        new(
            FailureKind.Other,
            $"the login cannot be written to {directory}: {e.Message}",
            "nothing was changed; make room or set AWS_ECR_CACHE_DIR",
            e
        );
}
