using System.Formats.Tar;
using System.IO.Compression;

namespace CredHelper.Release;

/// <summary>Archives whose bytes depend on nothing but names, contents and one time.</summary>
internal static class Archive
{
    private const UnixFileMode Plain = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = Plain | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public static void Write(string path, string folder, IReadOnlyDictionary<string, string> files, string program, DateTimeOffset time)
    {
        var sorted = files.OrderBy(file => file.Key, StringComparer.Ordinal);
        using var stream = File.Create(path);
        if (path.EndsWith(".zip", StringComparison.Ordinal))
        {
            WriteZip(stream, folder, sorted, time);
            return;
        }
        // .NET's gzip header holds neither name nor time.
        using var gzip = new GZipStream(stream, CompressionLevel.SmallestSize);
        using var tar = new TarWriter(gzip, TarEntryFormat.Ustar);
        foreach (var (name, source) in sorted)
        {
            using var content = File.OpenRead(source);
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"{folder}/{name}")
            {
                Mode = name == program ? Executable : Plain,
                ModificationTime = time,
                DataStream = content,
            });
        }
    }

    private static void WriteZip(Stream stream, string folder, IEnumerable<KeyValuePair<string, string>> files, DateTimeOffset time)
    {
        using var zip = new ZipArchive(stream, ZipArchiveMode.Create);
        foreach (var (name, source) in files)
        {
            var entry = zip.CreateEntry($"{folder}/{name}", CompressionLevel.SmallestSize);
            entry.LastWriteTime = time;
            using var content = File.OpenRead(source);
            using var target = entry.Open();
            content.CopyTo(target);
        }
    }
}
