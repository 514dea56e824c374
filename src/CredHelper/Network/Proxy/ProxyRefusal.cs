using System.Globalization;
using System.Net.Http.Headers;
using CredHelper.Errors;

namespace CredHelper.Network.Proxy;

/// <summary>Explains the response of a proxy that did not open a tunnel or forward a request.</summary>
internal static class ProxyRefusal
{
    private const int AuthenticationRequired = 407;

    /// <param name="proxy">The proxy.</param>
    /// <param name="status">Its status code.</param>
    /// <param name="challenges">Its Proxy-Authenticate headers.</param>
    public static HelperException Of(ProxyAddress proxy, int status, ICollection<AuthenticationHeaderValue> challenges)
    {
        if (status != AuthenticationRequired)
        {
            return new(
                FailureKind.Proxy,
                $"the proxy {proxy} refused the connection with status {status.ToString(CultureInfo.InvariantCulture)}",
                "allow the endpoint in the proxy, or add it to NO_PROXY"
            );
        }

        if (challenges.Count > 0 && !challenges.Any(IsBasic))
        {
            return new(
                FailureKind.Proxy,
                $"the proxy {proxy} requires {Schemes(challenges)} authentication, which is not supported (407)",
                $"set {proxy.Setting} to a proxy that accepts Basic authentication or none, such as a local px or cntlm"
            );
        }

        return proxy.Credential is null
            ? new(
                FailureKind.Proxy,
                $"the proxy {proxy} requires a user name and password (407)",
                $"set {proxy.Setting} to {ExampleOf(proxy)}"
            )
            : new(
                FailureKind.Proxy,
                $"the proxy {proxy} did not accept the user name and password (407)",
                $"set {proxy.Setting} to {ExampleOf(proxy)}, special characters as %XX"
            );
    }

    private static bool IsBasic(AuthenticationHeaderValue challenge) =>
        challenge.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase);

    private static string Schemes(IEnumerable<AuthenticationHeaderValue> challenges) =>
        ForeignText.Clean(
            string.Join(" or ", challenges.Select(challenge => challenge.Scheme).Distinct(StringComparer.Ordinal))
        );

    private static string ExampleOf(ProxyAddress proxy) =>
        $"{proxy.Address.Scheme}://USER:PASSWORD@{proxy.Address.Authority}";
}
