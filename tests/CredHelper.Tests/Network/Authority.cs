using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CredHelper.Tests.Network;

/// <summary>The properties of a test certificate, which is valid unless one of them says otherwise.</summary>
internal sealed record CertificateSpec(string Name)
{
    public bool IsAuthority { get; init; }
    public string[] Hosts { get; init; } = ["localhost"];
    public DateTimeOffset From { get; init; } = DateTimeOffset.UtcNow.AddDays(-1);
    public DateTimeOffset Until { get; init; } = DateTimeOffset.UtcNow.AddDays(1);
    public string? Usage { get; init; } = "1.3.6.1.5.5.7.3.1";
    public string? IssuerUrl { get; init; }
    public string? PermittedDomain { get; init; }
    public HashAlgorithmName Hash { get; init; } = HashAlgorithmName.SHA256;
    public UniversalTagNumber Encoding { get; init; } = UniversalTagNumber.UTF8String;

    /// <summary>
    /// The encoding of the issuer's name in this certificate, independent of the issuer's own certificate.
    /// </summary>
    public UniversalTagNumber? IssuerEncoding { get; init; }
}

internal static class Authority
{
    public static X509Certificate2 Root(string name) => SelfSigned(new CertificateSpec(name) { IsAuthority = true });

    public static X509Certificate2 SelfSigned(CertificateSpec spec)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Request(spec, key).CreateSelfSigned(spec.From, spec.Until);
    }

    public static X509Certificate2 Issue(this X509Certificate2 issuer, CertificateSpec spec)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Sign(issuer, spec, key);
    }

    /// <summary>
    /// Issues a certificate for the same key and name under another authority, as is done to introduce new roots.
    /// </summary>
    public static X509Certificate2 CrossSign(this X509Certificate2 issuer, X509Certificate2 root)
    {
        using ECDsa key = root.GetECDsaPrivateKey()!;
        return Sign(
            issuer,
            new CertificateSpec(root.GetNameInfo(X509NameType.SimpleName, false)) { IsAuthority = true },
            key
        );
    }

    public static string Pem(params X509Certificate2[] certificates) =>
        string.Concat(certificates.Select(certificate => certificate.ExportCertificatePem() + "\n"));

    private static X509Certificate2 Sign(X509Certificate2 issuer, CertificateSpec spec, ECDsa key)
    {
        using ECDsa issuerKey = issuer.GetECDsaPrivateKey()!;
        X500DistinguishedName issuerName = spec.IssuerEncoding is { } encoding
            ? Name(issuer.GetNameInfo(X509NameType.SimpleName, false), encoding)
            : issuer.SubjectName;
        byte[] serial = RandomNumberGenerator.GetBytes(9);
        serial[0] &= 0x7F;
        X509Certificate2 signed = Request(spec, key)
            .Create(
                issuerName,
                spec.Hash == HashAlgorithmName.SHA1
                    ? new Sha1Signature(issuerKey)
                    : X509SignatureGenerator.CreateForECDsa(issuerKey),
                spec.From,
                spec.Until,
                serial
            );
        return signed.CopyWithPrivateKey(key);
    }

    private static CertificateRequest Request(CertificateSpec spec, ECDsa key)
    {
        var request = new CertificateRequest(Name(spec.Name, spec.Encoding), key, spec.Hash);
        var extensions = request.CertificateExtensions;
        extensions.Add(new X509BasicConstraintsExtension(spec.IsAuthority, false, 0, critical: true));
        if (spec.IsAuthority)
        {
            extensions.Add(
                new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true)
            );
        }
        else if (spec.Usage is not null)
        {
            extensions.Add(new X509EnhancedKeyUsageExtension([new Oid(spec.Usage)], critical: false));
        }

        if (spec.IssuerUrl is not null)
            extensions.Add(new X509AuthorityInformationAccessExtension(null, [spec.IssuerUrl]));
        if (spec.PermittedDomain is not null)
            extensions.Add(NameConstraints(spec.PermittedDomain));
        if (!spec.IsAuthority)
            extensions.Add(AlternativeNames(spec.Hosts));
        return request;
    }

    private static X509Extension AlternativeNames(string[] hosts)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (string host in hosts)
        {
            if (IPAddress.TryParse(host, out IPAddress? address))
                names.AddIpAddress(address);
            else
                names.AddDnsName(host);
        }

        return names.Build();
    }

    /// <summary>RFC 5280, 4.2.1.10: one permitted dNSName.</summary>
    private static X509Extension NameConstraints(string domain)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
        using (writer.PushSequence())
            writer.WriteCharacterString(UniversalTagNumber.IA5String, domain, new Asn1Tag(TagClass.ContextSpecific, 2));
        return new X509Extension("2.5.29.30", writer.Encode(), critical: true);
    }

    private static X500DistinguishedName Name(string name, UniversalTagNumber encoding)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.Add("2.5.4.10", "Test Trust", encoding);
        builder.Add("2.5.4.3", name, encoding);
        return builder.Build();
    }
}

/// <summary>
/// ecdsa-with-SHA1 (RFC 5758 names its successors), which .NET itself no longer supports for signing.
/// </summary>
internal sealed class Sha1Signature(ECDsa key) : X509SignatureGenerator
{
    public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
            writer.WriteObjectIdentifier("1.2.840.10045.4.1");
        return writer.Encode();
    }

    public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) =>
        key.SignData(data, hashAlgorithm, DSASignatureFormat.Rfc3279DerSequence);

    protected override PublicKey BuildPublicKey() => new(key);
}
