namespace CredHelper.Release;

/// <summary>Signs the checksums with minisign.</summary>
/// <param name="key">The file of the secret key.</param>
internal sealed class Minisign(string key)
{
    // minisign prompts for the password of a key that has one.
    private static string Password =>
        Environment.GetEnvironmentVariable("RELEASE_MINISIGN_PASSWORD") is { Length: > 0 } password
            ? password + "\n"
            : "";

    public void SignBeside(string path, string comment) =>
        Tool.Feed(Password, "minisign", "-S", "-s", key, "-m", path, "-t", comment);

    /// <summary>The file of the public key.</summary>
    public string PublicKey()
    {
        var room = Directory.CreateTempSubdirectory("release-key");
        try
        {
            var path = Path.Combine(room.FullName, "key.pub");
            Tool.Feed(Password, "minisign", "-R", "-s", key, "-p", path);
            return File.ReadAllText(path);
        }
        finally
        {
            room.Delete(recursive: true);
        }
    }

    /// <summary>The public key in the form of minisign's option -P.</summary>
    public static string KeyOf(string publicKey) => publicKey.Trim().Split('\n')[^1].Trim();
}
