using CredHelper.Errors;

namespace CredHelper.Network.Proxy;

/// <summary>
/// A failure of a proxy that may not occur again. The AWS SDK retries on an <see cref="IOException"/>; failures that a
/// retry cannot fix are thrown as <see cref="HelperException"/> instead.
/// </summary>
internal sealed class TransientProxyException(HelperException explanation)
    : IOException(explanation.Message, explanation.InnerException)
{
    public HelperException Explanation => explanation;
}
