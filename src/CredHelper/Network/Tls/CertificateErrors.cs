using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using CredHelper.Errors;

namespace CredHelper.Network.Tls;

/// <summary>Explains why a server's certificate was rejected: its host, its issuer, the problem and the fix.</summary>
internal static class CertificateErrors
{
    private const string BundleHint =
        "set AWS_CA_BUNDLE to the root certificate of your company's proxy or private endpoint, "
        + "or update ca-certificates";

    private const X509ChainStatusFlags UnknownAuthority =
        X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain;

    private const X509ChainStatusFlags Constraints =
        X509ChainStatusFlags.InvalidNameConstraints
        | X509ChainStatusFlags.HasNotPermittedNameConstraint
        | X509ChainStatusFlags.HasNotSupportedNameConstraint
        | X509ChainStatusFlags.HasNotDefinedNameConstraint
        | X509ChainStatusFlags.HasExcludedNameConstraint;

    public static HelperException NoCertificate(string host) => Refused(host, "the server sent none", hint: null);

    public static HelperException OtherName(string host, X509Certificate2 leaf) =>
        Refused(
            host,
            $"it is for {Names(leaf)} (issued by {Short(leaf.IssuerName)})",
            "check the endpoint's name, and whether a proxy or a captive portal responds in its place"
        );

    public static HelperException BrokenSignature(string host, X509Certificate2 leaf) =>
        Refused(
            host,
            $"its chain is signed with MD5 or SHA-1 (issued by {Short(leaf.IssuerName)})",
            "use a certificate that is signed with SHA-256 or better for the endpoint"
        );

    /// <param name="source">The bundle that was used; null for the platform's own store.</param>
    public static HelperException Of(string host, X509Certificate2 leaf, X509Chain chain, string? source)
    {
        X509ChainStatusFlags all = X509ChainStatusFlags.NoError;
        int late = 0;
        for (int depth = chain.ChainElements.Count - 1; depth >= 0; depth--)
        {
            foreach (X509ChainStatus status in chain.ChainElements[depth].ChainElementStatus)
            {
                all |= status.Status;
                if (status.Status == X509ChainStatusFlags.NotTimeValid)
                    late = depth;
            }
        }

        foreach (X509ChainStatus status in chain.ChainStatus)
            all |= status.Status;
        X509Certificate2? above = late == 0 ? null : chain.ChainElements[late].Certificate;
        return Explain(host, leaf, above, all, source ?? "the system's certificate store");
    }

    private static HelperException Explain(
        string host,
        X509Certificate2 leaf,
        X509Certificate2? untimely,
        X509ChainStatusFlags status,
        string source
    )
    {
        string issuer = Short(leaf.IssuerName);
        // Check the chain first: the dates and purposes of untrusted certificates are meaningless.
        if ((status & X509ChainStatusFlags.NotSignatureValid) != 0)
            return Refused(host, $"a signature in its chain is invalid (issued by {issuer})", BundleHint);
        if ((status & UnknownAuthority) != 0)
        {
            string self = leaf.SubjectName.RawData.AsSpan().SequenceEqual(leaf.IssuerName.RawData)
                ? "it is self-signed and not in"
                : $"its issuer {issuer} does not lead to an authority in";
            return Refused(host, $"{self} {ForeignText.Clean(source)}", BundleHint);
        }

        if ((status & X509ChainStatusFlags.NotTimeValid) != 0)
        {
            return Untimely(
                host,
                untimely ?? leaf,
                untimely is null ? "it" : $"{Short(untimely.SubjectName)} in its chain"
            );
        }

        if ((status & X509ChainStatusFlags.NotValidForUsage) != 0)
        {
            return Refused(
                host,
                $"it is not a server certificate (issued by {issuer})",
                "use a certificate with the extended key usage serverAuth for the endpoint"
            );
        }

        if ((status & Constraints) != 0)
        {
            return Refused(
                host,
                $"its authority may not issue certificates for this name (name constraints of {issuer})",
                hint: null
            );
        }

        if ((status & X509ChainStatusFlags.InvalidBasicConstraints) != 0)
            return Refused(host, $"it was issued by {issuer}, which is not a certificate authority", hint: null);
        return Refused(host, $"{status} (issued by {issuer})", BundleHint);
    }

    private static HelperException Untimely(string host, X509Certificate2 late, string what)
    {
        bool early = late.NotBefore.ToUniversalTime() > DateTime.UtcNow;
        DateTime limit = (early ? late.NotBefore : late.NotAfter).ToUniversalTime();
        string date = limit.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        string now = DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return Refused(
            host,
            early ? $"{what} is not valid before {date} UTC" : $"{what} expired {date} UTC",
            $"check this machine's clock, which is set to {now} UTC"
        );
    }

    private static HelperException Refused(string host, string reason, string? hint) =>
        new(FailureKind.Tls, $"the certificate of {ForeignText.Clean(host)} is not trusted: {reason}", hint);

    /// <summary>Returns the names that a certificate is for; a long list is shortened.</summary>
    private static string Names(X509Certificate2 leaf)
    {
        foreach (X509Extension extension in leaf.Extensions)
        {
            if (extension is X509SubjectAlternativeNameExtension names)
            {
                return ForeignText.Clean(
                    string.Join(
                        ", ",
                        names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(a => a.ToString())).Take(5)
                    )
                );
            }
        }

        return Short(leaf.SubjectName);
    }

    private static string Short(X500DistinguishedName name)
    {
        string? text = null;
        foreach (X500RelativeDistinguishedName part in name.EnumerateRelativeDistinguishedNames())
        {
            if (part.HasMultipleElements)
                continue;
            // The common name, else the organization: enough to recognize an authority by.
            if (part.GetSingleElementType().Value == "2.5.4.3")
                return $"\"{ForeignText.Clean(part.GetSingleElementValue())}\"";
            if (part.GetSingleElementType().Value == "2.5.4.10")
                text = part.GetSingleElementValue();
        }

        return $"\"{ForeignText.Clean(text ?? name.Name)}\"";
    }
}
