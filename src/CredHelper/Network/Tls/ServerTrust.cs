using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CredHelper.Errors;

namespace CredHelper.Network.Tls;

/// <summary>
/// Decides whether a server's certificate is trusted. With a bundle, no root is parsed before the handshake, and then
/// only the roots that the server's chain names. If that chain fails, it is built once more with the whole bundle, and
/// that result counts (a name may be encoded differently in root and issuer, a root may be in a directory). Without a
/// bundle (Windows, macOS) the platform decides. A refusal is a <see cref="HelperException"/> of kind Tls inside the
/// exception of the handshake. Nothing is downloaded from an address in a certificate, and revocation is not checked,
/// as in the AWS tools.
/// </summary>
internal sealed class ServerTrust(CaBundle? bundle)
{
    /// <summary>id-kp-serverAuth, RFC 5280, 4.2.1.12.</summary>
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    [SuppressMessage(
        "Security",
        "CA5398",
        Justification = "A static executable contains its own OpenSSL, whose default may allow TLS 1.0."
    )]
    public SslClientAuthenticationOptions CreateOptions()
    {
        var options = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            RemoteCertificateValidationCallback = Verify,
            // There is one request to a host and no second process to share a session with. Windows keeps sessions
            // outside of the process, and Wine cannot be told to forget them.
            AllowTlsResume = OperatingSystem.IsWindows(),
        };
        if (bundle is not null)
            options.CertificateChainPolicy = CreatePolicy();
        return options;
    }

    /// <summary>The chain of the handshake has no roots if there is a bundle, and then says nothing.</summary>
    private bool Verify(object sender, X509Certificate? certificate, X509Chain? sent, SslPolicyErrors errors) =>
        (bundle is null && errors == SslPolicyErrors.None && sent is not null && !IsPartial(sent))
        || VerifyOrThrow(sender, certificate, sent, errors);

    /// <returns>Always true; a refusal is thrown, so that its reason reaches the user.</returns>
    private bool VerifyOrThrow(object sender, X509Certificate? certificate, X509Chain? sent, SslPolicyErrors errors)
    {
        string host = (sender as SslStream)?.TargetHostName ?? "the server";
        if (certificate is not X509Certificate2 leaf || sent is null)
            throw CertificateErrors.NoCertificate(host);
        if (bundle is not null)
            RequireTrusted(bundle, host, leaf, sent.ChainPolicy.ExtraStore);
        else if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) || IsPartial(sent))
            throw CertificateErrors.Of(host, leaf, sent, source: null);
        // Checked last, because an unknown authority explains more than a wrong name in its certificate.
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            throw CertificateErrors.OtherName(host, leaf);
        return true;
    }

    private static void RequireTrusted(
        CaBundle bundle,
        string host,
        X509Certificate2 leaf,
        X509Certificate2Collection intermediates
    )
    {
        // Include the leaf's own name: the bundle may contain that very certificate.
        var names = new List<byte[]>(intermediates.Count + 2) { leaf.IssuerName.RawData, leaf.SubjectName.RawData };
        foreach (X509Certificate2 intermediate in intermediates)
            names.Add(intermediate.IssuerName.RawData);

        X509Certificate2Collection named = bundle.RootsNamed(names);
        if (named.Count > 0 && Holds(leaf, named, intermediates))
            return;
        // OpenSSL uses one of several roots with the same name and does not try the next.
        foreach (X509Certificate2 root in named.Count > 1 ? named : [])
        {
            if (Holds(leaf, [root], intermediates))
                return;
        }

        X509Certificate2Collection all = bundle.AllRoots();
        using X509Chain whole = CreateChain(all, intermediates);
        if (!IsWhole(whole, leaf) && !EndsInBundle(whole, all))
            throw CertificateErrors.Of(host, leaf, whole, bundle.Name);
        if (SignatureStrength.IsBroken(whole))
            throw CertificateErrors.BrokenSignature(host, leaf);
    }

    private static bool Holds(
        X509Certificate2 leaf,
        X509Certificate2Collection roots,
        X509Certificate2Collection intermediates
    )
    {
        using X509Chain chain = CreateChain(roots, intermediates);
        return (IsWhole(chain, leaf) || EndsInBundle(chain, roots)) && !SignatureStrength.IsBroken(chain);
    }

    /// <summary>
    /// Whether the certificate has a valid chain up to a root. Not every implementation of Windows' verification
    /// refuses a chain without a root: Wine's reports it as valid.
    /// </summary>
    private static bool IsWhole(X509Chain chain, X509Certificate2 leaf) => chain.Build(leaf) && !IsPartial(chain);

    private static bool IsPartial(X509Chain chain)
    {
        foreach (X509ChainStatus status in chain.ChainStatus)
        {
            if (status.Status == X509ChainStatusFlags.PartialChain)
                return true;
        }

        return false;
    }

    /// <summary>
    /// Whether the only problem is that the chain ends at a certificate that is itself in the bundle: an intermediate
    /// authority or the server's own. Go and Python 3.13 trust those; .NET requires a self-signed root.
    /// </summary>
    private static bool EndsInBundle(X509Chain chain, X509Certificate2Collection roots)
    {
        foreach (X509ChainStatus status in chain.ChainStatus)
        {
            if (status.Status != X509ChainStatusFlags.PartialChain)
                return false;
        }

        ReadOnlySpan<byte> last =
            chain.ChainElements.Count == 0 ? default : chain.ChainElements[^1].Certificate.RawDataMemory.Span;
        foreach (X509Certificate2 root in roots)
        {
            if (last.SequenceEqual(root.RawDataMemory.Span))
                return true;
        }

        return false;
    }

    private static X509Chain CreateChain(X509Certificate2Collection roots, X509Certificate2Collection intermediates)
    {
        var chain = new X509Chain { ChainPolicy = CreatePolicy() };
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.ExtraStore.AddRange(intermediates);
        return chain;
    }

    /// <summary>
    /// Creates the policy for the handshake's own chain, which has no roots, and for ours. Without
    /// DisableCertificateDownloads, .NET would download certificates named by Authority Information Access and store
    /// them in HOME.
    /// </summary>
    private static X509ChainPolicy CreatePolicy() =>
        new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            ApplicationPolicy = { new Oid(ServerAuthentication) },
        };
}
