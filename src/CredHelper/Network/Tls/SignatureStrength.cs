using System.Security.Cryptography.X509Certificates;

namespace CredHelper.Network.Tls;

/// <summary>
/// Rejects chains signed with MD2, MD4, MD5 or SHA-1, as Go does: chosen-prefix collisions can forge them, and OpenSSL
/// accepts them at the security level that .NET uses. A root's signature of itself proves nothing and is not checked.
/// </summary>
internal static class SignatureStrength
{
    public static bool IsBroken(X509Chain chain)
    {
        for (int depth = 0; depth < chain.ChainElements.Count - 1; depth++)
        {
            if (
                chain.ChainElements[depth].Certificate.SignatureAlgorithm.Value
                is "1.2.840.113549.1.1.2"
                    or "1.2.840.113549.1.1.3"
                    or "1.2.840.113549.1.1.4"
                    or "1.2.840.113549.1.1.5"
                    or "1.2.840.10045.4.1"
                    or "1.2.840.10040.4.3"
                    or "1.3.14.3.2.29"
            )
            {
                return true;
            }
        }

        return false;
    }
}
