using System.Runtime.InteropServices;
using CredHelper.Cache;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Protocol;

namespace CredHelper.CredentialStore;

/// <summary>
/// Credentials of registries other than ECR, one private file each. They belong to the docker configuration that they
/// were stored under, so that CI jobs with their own configurations do not see each other's credentials. The secret is
/// stored as plain text, as in docker's own config.json.
/// </summary>
internal sealed class StoredCredentials
{
    private const string Kind = "login 1";

    /// <summary>
    /// Bytes of the longest <c>store</c> request. A byte of it may take up to five bytes in the file.
    /// </summary>
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

    /// <summary>Opens the store if it exists and is safe; null if there are no credentials to find.</summary>
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

    /// <exception cref="HelperException">
    /// There is no directory to store credentials in, so they would be lost silently.
    /// </exception>
    public static StoredCredentials OpenOrCreate(EnvironmentSnapshot environment)
    {
        string? directory = CacheLocation.Logins(environment, out string? reason);
        if (directory is not null)
            reason = PrivateDirectory.Ensure(directory);
        if (directory is null || reason is not null)
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"cannot store the login: {reason}",
                "set AWS_ECR_CACHE_DIR to a directory that you own"
            );
        }

        try
        {
            return CacheSeed.ReadOrCreate(directory) is { } seed
                ? new StoredCredentials(directory, seed, DockerConfigOf(environment))
                : throw new HelperException(
                    FailureKind.Configuration,
                    $"{Path.Combine(directory, CacheSeed.FileName)} cannot be read",
                    "remove it and log in again; stored logins are lost"
                );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotKept(directory, exception);
        }
    }

    public Credential? Find(string serverUrl) =>
        ServerUrl.CanonicalForms(serverUrl).Select(FindCanonical).OfType<Credential>().FirstOrDefault();

    /// <summary>Returns all credentials of this docker configuration.</summary>
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

    /// <exception cref="HelperException">The disk is full or broken; earlier credentials are unchanged.</exception>
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
        // Older credentials stored under another name of the server would still be found under that name.
        RemoveForms(ServerUrl.CanonicalForms(login.ServerUrl).Skip(1));
    }

    /// <summary>Removes stored credentials; not an error if there are none.</summary>
    /// <exception cref="HelperException">
    /// They could not be removed, which the user must know after a logout.
    /// </exception>
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
            if (OperatingSystem.IsWindows())
                WindowsFile.Delete(path);
            else
                File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new HelperException(
                FailureKind.Other,
                $"cannot remove the login: {exception.Message}",
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
        // Digest of UTF-16, because the names of existing files were made that way.
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
            $"cannot write the login to {directory}: {e.Message}",
            "free some disk space or set AWS_ECR_CACHE_DIR; nothing was changed",
            e
        );
}
