namespace CredHelper.Release;

/// <summary>Signs packages, repositories and checksums with gpg and the release's OpenPGP key.</summary>
/// <param name="key">The fingerprint of the secret key, or an address that gpg knows it by.</param>
internal sealed class OpenPgp(string key)
{
    /// <summary>
    /// Makes the agent cache the key's passphrase, because rpmsign does not pass one; without a passphrase, checks that
    /// the key can sign.
    /// </summary>
    public void Unlock()
    {
        if (Tool.TryRead("gpg", "--batch", "--list-secret-keys", key) is null)
        {
            throw new ReleaseException($"RELEASE_GPG_KEY: gpg has no secret key {key}; hint: gpg --import FILE");
        }
        var file = Path.GetTempFileName();
        try
        {
            Tool.Feed(
                Environment.GetEnvironmentVariable("RELEASE_GPG_PASSPHRASE") + "\n",
                "gpg",
                [.. Options, "--pinentry-mode", "loopback", "--passphrase-fd", "0", "--output", "-", "--sign", file]
            );
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The public key in the form that apt and dnf read.</summary>
    public string PublicKey() =>
        Tool.Read("gpg", "--batch", "--armor", "--export-options", "export-minimal", "--export", key) + "\n";

    public void SignBeside(string path, string signature) =>
        Tool.Read("gpg", [.. Options, "--armor", "--output", signature, "--detach-sign", path]);

    public void SignWithin(string path, string signed) =>
        Tool.Read("gpg", [.. Options, "--output", signed, "--clear-sign", path]);

    // rpmsign does not look for gpg on the PATH.
    public void SignPackage(string path) =>
        Tool.Read(
            "rpmsign",
            "--define",
            $"__gpg {Tool.Find("gpg")}",
            "--define",
            $"_gpg_name {key}",
            "--addsign",
            path
        );

    private string[] Options => ["--batch", "--yes", "--no-tty", "--digest-algo", "SHA256", "--local-user", key];
}
