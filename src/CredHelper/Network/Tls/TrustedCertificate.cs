using System.Formats.Asn1;

namespace CredHelper.Network.Tls;

/// <summary>
/// OpenSSL's TRUSTED CERTIFICATE: a certificate followed by its CertAux, which lists the purposes that it is and is not
/// trusted for (openssl-x509, "Trust Settings").
/// </summary>
internal static class TrustedCertificate
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1",
        AnyUsage = "2.5.29.37.0";
    private static readonly Asn1Tag Rejected = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <summary>Returns the certificate itself; null if it is not trusted for servers.</summary>
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
