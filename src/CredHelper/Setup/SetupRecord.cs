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
/// The undo record of one file: <c>~/.ecr/setup-v1/DIGEST.json</c>, mode 0600, next to the user's cache. It is not
/// trusted: it is looked up by the path of its file, and a record that names another file or is not valid is ignored.
/// </summary>
internal sealed record SetupRecord(string Target)
{
    private const string Leaf = "setup-v1";
    private const UnixFileMode PermissionBits = (UnixFileMode)0x1FF;
    private const int LongestRecord = 64 * 1024 * 1024;

    /// <summary>Whether the file existed before the first setup.</summary>
    public bool Existed { get; init; }

    /// <summary>
    /// SHA-256 of the file before the first setup, and after the last. If the file is unchanged since, its original
    /// bytes can be restored exactly.
    /// </summary>
    public string Original { get; init; } = "";

    /// <inheritdoc cref="Original"/>
    public string Written { get; init; } = "";

    /// <summary>
    /// False if the file was changed between two setups: restoring the original bytes would lose that change.
    /// </summary>
    public bool IsExact { get; init; } = true;

    /// <summary>
    /// The mode of the file before the first setup, for an undo that creates the file again; null if there was none,
    /// and on Windows.
    /// </summary>
    public UnixFileMode? Mode { get; init; }

    /// <summary>Whether setup created the directory of the file.</summary>
    public bool MadeDirectory { get; init; }

    public IReadOnlyList<ChangedValue> Values { get; init; } = [];

    /// <summary>The runners that <see cref="Values"/> name by their selectors at that time.</summary>
    public IReadOnlyList<RunnerIdentity> Runners { get; init; } = [];

    /// <summary>Whether there are values to undo.</summary>
    public bool HasValues => Values.Any(value => !value.IsAround);

    /// <summary>The path of the backup with the original bytes, next to the file.</summary>
    public static string BackupPath(string target) => $"{target}.before-{HelperName.Short}";

    /// <summary>Opens the backup of a file, or the place for it.</summary>
    /// <exception cref="HelperException">There is a link or a file of another user in its place.</exception>
    public static EditableFile OpenBackup(string target) => EditableFile.OpenPrivate(BackupPath(target), PathUse.Edit);

    public static string Digest(byte[]? content) =>
        content is null ? "" : Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>The record of a file, or null if setup has not changed it or the record was removed.</summary>
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

    /// <summary>All records of a user, each verified by the path that it names.</summary>
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
    /// Adapts the record to the current runners of the file: values of a renamed runner are kept under its new name,
    /// and those of a removed runner are dropped.
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

    /// <summary>Locks out other setups and undos of the user until it is disposed.</summary>
    /// <exception cref="HelperException">Records cannot be stored; setup must not change anything then.</exception>
    public static DirectoryLock Lock(EnvironmentSnapshot environment) =>
        DirectoryLock.Take(EnsureDirectory(environment));

    /// <summary>Fails if <see cref="Save"/> would, as far as that is known without creating the directory.</summary>
    /// <exception cref="HelperException">Records cannot be stored.</exception>
    public static void RequireWritable(EnvironmentSnapshot environment)
    {
        string directory = RequireDirectory(environment);
        if (Directory.Exists(directory))
            EnsureDirectory(environment);
        else
            EditableFile.RequireCreatable(directory);
    }

    /// <summary>Whether the content is exactly what setup last wrote or found.</summary>
    public bool IsUntouched(byte[]? content)
    {
        string digest = Digest(content);
        return IsExact && (digest == Written || digest == Original);
    }

    /// <param name="original">The bytes before the first setup; null if there was no file.</param>
    /// <returns>False if the backup is missing or was changed.</returns>
    public bool TryOriginal(out byte[]? original)
    {
        original = null;
        if (!Existed)
            return true;
        original = FindBackup()?.Content;
        return original is not null;
    }

    /// <exception cref="HelperException">It cannot be stored; setup must not change anything then.</exception>
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
                "free disk space, or check owner and mode of ~/.ecr/setup-v1; nothing was changed",
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

    /// <summary>Deletes the backup if it is ours: not a link, and with the original bytes.</summary>
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
            "there is no home directory for the undo record",
            "set HOME"
        );

    private static string EnsureDirectory(EnvironmentSnapshot environment)
    {
        string directory = RequireDirectory(environment);
        EditableFile.RequireTrusted(directory);
        return PrivateDirectory.Ensure(directory) is { } reason
            ? throw WriteFailure.OfDirectory($"the undo record cannot be stored: {reason}", directory)
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
            // Version 0.9.0 did not write runners.
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
