using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CredHelper.Emulator.Hosting;

/// <summary>The server's certificate with its chain, and the PEM of the CA if the emulator created it.</summary>
internal sealed record ServerCertificate(X509Certificate2 Certificate, X509Certificate2Collection Chain, string? CaPem)
    : IDisposable
{
    public static ServerCertificate Load(string certificateFile, string keyFile)
    {
        X509Certificate2Collection chain = [];
        chain.ImportFromPemFile(certificateFile);
        using X509Certificate2 leaf = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        return new ServerCertificate(WithStoredKey(leaf), [.. chain.Skip(1)], null);
    }

    /// <summary>
    /// Creates a CA and a certificate, which are valid for a month and are lost when the process ends.
    /// </summary>
    public static ServerCertificate Make(IEnumerable<string> names)
    {
        DateTimeOffset from = DateTimeOffset.UtcNow.AddDays(-1),
            to = from.AddDays(31);
        // Wine cannot verify signatures of elliptic curves.
        using RSA caKey = RSA.Create(2048);
        CertificateRequest caRequest = new(
            "CN=Emulator Test CA",
            caKey,
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        );
        caRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        caRequest.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true)
        );
        X509SubjectKeyIdentifierExtension caId = new(caRequest.PublicKey, false);
        caRequest.CertificateExtensions.Add(caId);
        using X509Certificate2 ca = caRequest.CreateSelfSigned(from, to);

        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(Names(names));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(caId));
        using X509Certificate2 certificate = request.Create(
            ca.SubjectName,
            X509SignatureGenerator.CreateForRSA(caKey, RSASignaturePadding.Pkcs1),
            from,
            to,
            RandomNumberGenerator.GetBytes(16)
        );
        using X509Certificate2 withKey = certificate.CopyWithPrivateKey(key);
        return new ServerCertificate(WithStoredKey(withKey), [], ca.ExportCertificatePem() + "\n");
    }

    public void Dispose()
    {
        Certificate.Dispose();
        foreach (X509Certificate2 link in Chain)
            link.Dispose();
    }

    private static X509Extension Names(IEnumerable<string> names)
    {
        SubjectAlternativeNameBuilder builder = new();
        builder.AddIpAddress(IPAddress.Loopback);
        foreach (string name in names.Prepend("localhost").Distinct())
        {
            if (!IPAddress.TryParse(name, out IPAddress? address))
                builder.AddDnsName(name);
            else if (!address.Equals(IPAddress.Loopback))
                builder.AddIpAddress(address);
        }

        return builder.Build();
    }

    /// <summary>TLS on Windows does not support keys that exist only in memory.</summary>
    private static X509Certificate2 WithStoredKey(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
}
