using System.Formats.Asn1;

namespace CredHelper.Network.Tls;

/// <summary>
/// OpenSSL's TRUSTED CERTIFICATE: a certificate with its CertAux behind it, which lists what the certificate is trusted
/// for and what not (openssl-x509, "Trust Settings").
/// </summary>
internal static class TrustedCertificate
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1",
        AnyUsage = "2.5.29.37.0";
    private static readonly Asn1Tag Rejected = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <summary>The certificate alone; null if it is not trusted for servers.</summary>
    public static byte[]? CertificateOf(ReadOnlyMemory<byte> der)
    {
        try
        {
            var reader = new AsnReader(der, AsnEncodingRules.BER);
            byte[] certificate = reader.ReadEncodedValue().ToArray();
            return !reader.HasData || IsForServers(reader.ReadSequence()) ? certificate : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static bool IsForServers(AsnReader settings)
    {
        bool isTrusted = true;
        if (settings.HasData && settings.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
            isTrusted = NamesServers(settings.ReadSequence());
        if (settings.HasData && settings.PeekTag().HasSameClassAndValue(Rejected))
            isTrusted &= !NamesServers(settings.ReadSequence(Rejected));
        return isTrusted;
    }

    private static bool NamesServers(AsnReader usages)
    {
        bool found = false;
        while (usages.HasData)
            found |= usages.ReadObjectIdentifier() is ServerAuthentication or AnyUsage;
        return found;
    }
}
