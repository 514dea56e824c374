using System.Formats.Tar;
using System.IO.Compression;

namespace CredHelper.Release;

/// <summary>Writes archives whose bytes depend only on names, contents and one time.</summary>
internal static class Archive
{
    private const UnixFileMode Plain =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable =
        Plain | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public static void Write(
        string path,
        string folder,
        IReadOnlyDictionary<string, byte[]> files,
        string program,
        DateTimeOffset time
    )
    {
        var entries = files
            .OrderBy(file => file.Key, StringComparer.Ordinal)
            .Select(file => new Entry($"{folder}/{file.Key}", file.Value, IsExecutable: file.Key == program));
        File.WriteAllBytes(
            path,
            path.EndsWith(".zip", StringComparison.Ordinal) ? Zip(entries, time) : TarGz(entries, time)
        );
    }

    public static byte[] TarGz(IEnumerable<Entry> entries, DateTimeOffset time) => Gzip(Tar(entries, time));

    public static byte[] Tar(IEnumerable<Entry> entries, DateTimeOffset time)
    {
        using var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                tar.WriteEntry(InTar(entry, time));
            }
        }
        return stream.ToArray();
    }

    public static byte[] Gzip(byte[] content)
    {
        using var stream = new MemoryStream();
        // .NET's gzip header contains neither name nor time.
        using (var gzip = new GZipStream(stream, CompressionLevel.SmallestSize))
        {
            gzip.Write(content);
        }
        return stream.ToArray();
    }

    private static UstarTarEntry InTar(Entry entry, DateTimeOffset time)
    {
        var type = entry switch
        {
            { LinkTo: not null } => TarEntryType.SymbolicLink,
            { Content: null } => TarEntryType.Directory,
            _ => TarEntryType.RegularFile,
        };
        var made = new UstarTarEntry(type, entry.Name)
        {
            Mode = entry.IsExecutable || type != TarEntryType.RegularFile ? Executable : Plain,
            ModificationTime = time,
            UserName = "root",
            GroupName = "root",
        };
        if (entry.LinkTo is not null)
        {
            made.LinkName = entry.LinkTo;
        }
        else if (entry.Content is not null)
        {
            made.DataStream = new MemoryStream(entry.Content);
        }
        return made;
    }

    private static byte[] Zip(IEnumerable<Entry> entries, DateTimeOffset time)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create))
        {
            foreach (var (name, content, _, _) in entries)
            {
                var entry = zip.CreateEntry(name, CompressionLevel.SmallestSize);
                entry.LastWriteTime = time;
                using var target = entry.Open();
                target.Write(content);
            }
        }
        return stream.ToArray();
    }
}

/// <summary>An entry: a file, a link, or a directory if it has neither content nor target.</summary>
internal sealed record Entry(string Name, byte[]? Content = null, string? LinkTo = null, bool IsExecutable = false);
