using CredHelper.Errors;

namespace CredHelper.Network.Proxy;

/// <summary>
/// A proxy failed in a way that another attempt may not. AWS's client retries an <see cref="IOException"/>; what no
/// retry can help is thrown as <see cref="HelperException"/> instead.
/// </summary>
internal sealed class TransientProxyException(HelperException explanation)
    : IOException(explanation.Message, explanation.InnerException)
{
    public HelperException Explanation => explanation;
}
