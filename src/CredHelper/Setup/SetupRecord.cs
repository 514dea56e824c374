using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CredHelper.Cache;
using CredHelper.Diagnostics;
using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Setup;

/// <summary>
/// What setup did to one file, so that <c>--undo</c> can take it back: <c>~/.ecr/setup-v1/DIGEST.json</c>, 0600, beside
/// the user's cache. It is not trusted: it is found by the path of the file it should tell of, and one that tells of
/// another file, or of a broken thing, is none.
/// </summary>
internal sealed record SetupRecord(string Target)
{
    private const string Leaf = "setup-v1";
    private const UnixFileMode PermissionBits = (UnixFileMode)0x1FF;
    private const int LongestRecord = 64 * 1024 * 1024;

    /// <summary>Whether the file was there before the first setup.</summary>
    public bool Existed { get; init; }

    /// <summary>
    /// SHA-256 of the file before the first setup, and after the last. Equal bytes can be put back exactly.
    /// </summary>
    public string Original { get; init; } = "";

    /// <inheritdoc cref="Original"/>
    public string Written { get; init; } = "";

    /// <summary>
    /// False once somebody else changed the file between two setups: putting the first bytes back would lose that.
    /// </summary>
    public bool IsExact { get; init; } = true;

    /// <summary>
    /// The permissions of the file before the first setup, for an undo that creates it again; null if there was none,
    /// and on Windows.
    /// </summary>
    public UnixFileMode? Mode { get; init; }

    /// <summary>Whether the directory of the file is ours.</summary>
    public bool MadeDirectory { get; init; }

    public IReadOnlyList<ChangedValue> Values { get; init; } = [];

    /// <summary>Who the runners are that <see cref="Values"/> name by their selectors at that time.</summary>
    public IReadOnlyList<RunnerIdentity> Runners { get; init; } = [];

    /// <summary>Whether there are values to take back.</summary>
    public bool HasValues => Values.Any(value => !value.IsAround);

    /// <summary>The bytes before the first setup, beside the file.</summary>
    public static string BackupPath(string target) => $"{target}.before-{HelperName.Short}";

    /// <summary>The backup of a file, or where it goes.</summary>
    /// <exception cref="HelperException">A link or the file of another user stands there.</exception>
    public static EditableFile OpenBackup(string target) => EditableFile.OpenPrivate(BackupPath(target), PathUse.Edit);

    public static string Digest(byte[]? content) =>
        content is null ? "" : Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Null where setup has not touched the file, or its record is gone.</summary>
    public static SetupRecord? Find(EnvironmentSnapshot environment, string target)
    {
        return
            DirectoryOf(environment) is { } directory
            && Load(Path.Combine(directory, NameOf(target))) is { } record
            && record.Target == target
            ? record
            : null;
    }

    private static SetupRecord? Load(string path)
    {
        if (RegularFile.Read(path, LongestRecord, out byte[] content, own: true) != FileRead.Ok)
            return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(content);
            return Read(document.RootElement);
        }
        catch (Exception exception)
            when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    /// <summary>All records of a user, each found by the path that it tells of.</summary>
    public static IEnumerable<SetupRecord> All(EnvironmentSnapshot environment)
    {
        if (DirectoryOf(environment) is not { } directory || !Directory.Exists(directory))
            return [];
        return PrivateDirectory
            .FileNames(directory)
            .Select(name =>
                Load(Path.Combine(directory, name)) is { } record && NameOf(record.Target) == name ? record : null
            )
            .OfType<SetupRecord>();
    }

    /// <summary>
    /// The same for the runners that a file has now: values follow a runner that has another name, and those of one
    /// that is gone are left out.
    /// </summary>
    public SetupRecord For(IReadOnlyList<RunnerIdentity> runners)
    {
        List<ChangedValue> values = [.. Values.Select(value => ValueFor(runners, value)).OfType<ChangedValue>()];
        return this with
        {
            Values = values,
            Runners = [.. runners.Where(runner => values.Exists(value => Names(value, runner)))],
        };
    }

    private static bool Names(ChangedValue value, RunnerIdentity runner) =>
        value.Path is ["runners", var selector, ..] && selector == runner.Selector;

    private ChangedValue? ValueFor(IReadOnlyList<RunnerIdentity> runners, ChangedValue value)
    {
        if (Runners.FirstOrDefault(runner => Names(value, runner)) is not { } known)
            return value;
        return known.FindIn(runners) is { } now
            ? value with
            {
                Path = [value.Path[0], now.Selector, .. value.Path[2..]],
            }
            : null;
    }

    /// <summary>Keeps other setups and undos of the user out until it is disposed.</summary>
    /// <exception cref="HelperException">There is no place for records; nothing should be changed then.</exception>
    public static DirectoryLock Lock(EnvironmentSnapshot environment) =>
        DirectoryLock.Take(EnsureDirectory(environment));

    /// <summary>Fails as <see cref="Save"/> would, as far as that can be known without making the directory.</summary>
    /// <exception cref="HelperException">There is no place for records.</exception>
    public static void RequireWritable(EnvironmentSnapshot environment)
    {
        string directory = RequireDirectory(environment);
        if (Directory.Exists(directory))
            EnsureDirectory(environment);
        else
            EditableFile.Open(directory).RequireWritable();
    }

    /// <summary>Whether the content is as setup left or found it.</summary>
    public bool IsUntouched(byte[]? content)
    {
        string digest = Digest(content);
        return IsExact && (digest == Written || digest == Original);
    }

    /// <param name="original">The bytes before the first setup; null if there was no file.</param>
    /// <returns>False if the backup is gone or another one.</returns>
    public bool TryOriginal(out byte[]? original)
    {
        original = null;
        if (!Existed)
            return true;
        original = FindBackup()?.Content;
        return original is not null;
    }

    /// <exception cref="HelperException">There is no place for it; nothing should be changed then.</exception>
    public void Save(EnvironmentSnapshot environment)
    {
        string directory = EnsureDirectory(environment);
        byte[] json = JsonOutput.Format(Write, isIndented: true);
        try
        {
            PrivateDirectory.RemoveAbandoned(directory, DateTimeOffset.UtcNow);
            PrivateDirectory.Replace(directory, NameOf(Target), json, durable: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"the undo record cannot be written: {ForeignText.Clean(exception.Message)}",
                "make room, or look at owner and mode of ~/.ecr/setup-v1; nothing was changed",
                exception
            );
        }
    }

    public void Delete(EnvironmentSnapshot environment)
    {
        if (DirectoryOf(environment) is not { } directory)
            return;
        PrivateDirectory.Delete(Path.Combine(directory, NameOf(Target)));
        if (PrivateDirectory.FileNames(directory).Count == 0)
            EditableFile.DeleteEmptyDirectory(directory);
    }

    public void DeleteBackup()
    {
        if (Existed)
            FindBackup()?.Delete();
    }

    /// <summary>The one that we made: a link, or a file of that name with other bytes, is somebody's.</summary>
    private EditableFile? FindBackup()
    {
        try
        {
            EditableFile backup = OpenBackup(Target);
            return backup.Content is { } content && Digest(content) == Original ? backup : null;
        }
        catch (HelperException)
        {
            return null;
        }
    }

    public static string? DirectoryOf(EnvironmentSnapshot environment) =>
        environment.Home is { } home ? Path.Combine(home, ".ecr", Leaf) : null;

    private static string RequireDirectory(EnvironmentSnapshot environment) =>
        DirectoryOf(environment)
        ?? throw new HelperException(
            FailureKind.Configuration,
            "there is no home directory to keep the undo record in",
            "set HOME"
        );

    private static string EnsureDirectory(EnvironmentSnapshot environment)
    {
        string directory = RequireDirectory(environment);
        EditableFile.RequireTrusted(directory);
        return PrivateDirectory.Ensure(directory) is { } reason
            ? throw WriteFailure.OfDirectory($"the undo record cannot be kept: {reason}", directory)
            : directory;
    }

    private static string NameOf(string target) => Digest(Encoding.UTF8.GetBytes(target))[..32] + ".json";

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("target", Target);
        writer.WriteBoolean("existed", Existed);
        writer.WriteString("original", Original);
        writer.WriteString("written", Written);
        writer.WriteBoolean("exact", IsExact);
        if (Mode is { } mode)
            writer.WriteNumber("mode", (int)mode);
        writer.WriteBoolean("madeDirectory", MadeDirectory);
        writer.WriteStartArray("values");
        foreach (ChangedValue value in Values)
        {
            writer.WriteStartObject();
            writer.WriteStrings("path", value.Path);
            writer.WriteString("before", value.Before);
            writer.WriteString("after", value.After);
            writer.WriteString("registry", value.Registry);
            writer.WriteBoolean("around", value.IsAround);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("runners");
        foreach (RunnerIdentity runner in Runners)
        {
            writer.WriteStartObject();
            writer.WriteString("selector", runner.Selector);
            if (runner.Id is { } id)
                writer.WriteNumber("id", id);
            writer.WriteString("tokenDigest", runner.TokenDigest);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static SetupRecord Read(JsonElement root) =>
        new(root.GetProperty("target").GetString() ?? "")
        {
            Existed = root.GetProperty("existed").GetBoolean(),
            Original = root.GetProperty("original").GetString() ?? "",
            Written = root.GetProperty("written").GetString() ?? "",
            IsExact = root.GetProperty("exact").GetBoolean(),
            Mode = root.TryGetProperty("mode", out JsonElement mode)
                ? (UnixFileMode)mode.GetInt32() & PermissionBits
                : null,
            MadeDirectory = root.GetProperty("madeDirectory").GetBoolean(),
            Values =
            [
                .. root.GetProperty("values")
                    .EnumerateArray()
                    .Select(value => new ChangedValue(
                        [.. value.GetProperty("path").EnumerateArray().Select(name => name.GetString() ?? "")],
                        value.GetProperty("before").GetString(),
                        value.GetProperty("after").GetString(),
                        value.GetProperty("registry").GetString(),
                        value.GetProperty("around").GetBoolean()
                    )),
            ],
            // Version 0.9.0 wrote none.
            Runners = root.TryGetProperty("runners", out JsonElement runners)
                ? [.. runners.EnumerateArray().Select(ReadRunner)]
                : [],
        };

    private static RunnerIdentity ReadRunner(JsonElement runner) =>
        new(
            runner.GetProperty("selector").GetString() ?? "",
            runner.TryGetProperty("id", out JsonElement id) ? id.GetInt64() : null,
            runner.GetProperty("tokenDigest").GetString()
        );
}
