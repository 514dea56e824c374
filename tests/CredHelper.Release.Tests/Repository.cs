namespace CredHelper.Release.Tests;

/// <summary>The checkout that the tests were built in.</summary>
internal static class Repository
{
    public static readonly string Root = Find(AppContext.BaseDirectory);

    private static string Find(string directory) =>
        File.Exists(Path.Combine(directory, "publish.ps1"))
            ? directory
            : Find(
                Path.GetDirectoryName(directory)
                    ?? throw new DirectoryNotFoundException("no publish.ps1 above the tests")
            );
}
