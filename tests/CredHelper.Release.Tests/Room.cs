namespace CredHelper.Release.Tests;

/// <summary>A directory that is gone after the test, however that ends.</summary>
internal sealed class Room : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory();

    public string FullName => _directory.FullName;

    public string this[params ReadOnlySpan<string> path] => Path.Combine([FullName, .. path]);

    public void Dispose() => _directory.Delete(recursive: true);
}
