using System.Security.Cryptography;

namespace CredHelper.Release;

/// <summary>The files that users download, all in one directory.</summary>
internal sealed class Outputs(string directory)
{
    private readonly SortedSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>The path for a file that is about to be written.</summary>
    public string Add(string name)
    {
        _names.Add(name);
        var path = Path.Combine(directory, name);
        Console.WriteLine(path);
        return path;
    }

    public void Write(string name, byte[] content) => File.WriteAllBytes(Add(name), content);

    public void Write(string name, string content) => File.WriteAllText(Add(name), content);

    /// <summary>Name and SHA-256 of every file so far, sorted by name.</summary>
    public List<(string Name, string Hash)> Checksums() => [.. _names.Select(name => (name, Hash(name)))];

    public string Hash(string name) =>
        Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(directory, name))));
}
