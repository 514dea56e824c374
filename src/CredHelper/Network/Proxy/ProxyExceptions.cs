using System.Globalization;
using System.Net;
using CredHelper.Platform;

namespace CredHelper.Network.Proxy;

/// <summary>
/// NO_PROXY, in the forms that Go, curl and the AWS CLI support: <c>*</c>; a name, with or without a leading dot or
/// <c>*.</c>, which covers itself and its subdomains; an address; a CIDR block; each with an optional port. Separated
/// by commas or spaces. Invalid entries match nothing.
/// </summary>
internal sealed class ProxyExceptions
{
    private readonly List<Entry> _entries = [];

    public ProxyExceptions(string? list)
    {
        foreach (
            string text in (list ?? "").Split(
                [',', ' ', '\t'],
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
            )
        )
        {
            _entries.Add(Entry.Parse(text));
        }
    }

    /// <summary>
    /// Whether the request is sent directly, because the list covers its host or because the host is this machine or
    /// its metadata service.
    /// </summary>
    public bool Covers(Uri destination)
    {
        string host = destination.IdnHost.TrimEnd('.');
        IPAddress? address = IPAddress.TryParse(host, out IPAddress? parsed) ? Plain(parsed) : null;
        return IsLocal(host, address) || _entries.Exists(entry => entry.Matches(host, address, destination.Port));
    }

    /// <summary>
    /// 169.254.0.0/16 and fd00:ec2::/32: metadata of instances and containers, which must not be sent through a proxy.
    /// </summary>
    private static bool IsLocal(string host, IPAddress? address)
    {
        if (address is null)
        {
            return AsciiCase.AreEqual(host, "localhost") || AsciiCase.EndsWith(host, ".localhost");
        }

        return IPAddress.IsLoopback(address) || LinkLocal.Contains(address) || MetadataV6.Contains(address);
    }

    private static readonly IPNetwork LinkLocal = new(new IPAddress([169, 254, 0, 0]), 16);

    private static readonly IPNetwork MetadataV6 = IPNetwork.Parse("fd00:ec2::/32");

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private readonly record struct Entry(string? Name, IPAddress? Address, IPNetwork? Network, int? Port)
    {
        public static Entry Parse(string text)
        {
            if (text.Contains('/', StringComparison.Ordinal))
                return new(null, null, TryNetwork(text), null);
            if (IPAddress.TryParse(text.Trim('[', ']'), out IPAddress? whole))
                return new(null, Plain(whole), null, null);

            int? port = null;
            int colon = text.LastIndexOf(':');
            if (
                colon >= 0
                && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            )
            {
                port = number;
                text = text[..colon];
            }

            if (IPAddress.TryParse(text.Trim('[', ']'), out IPAddress? address))
                return new(null, Plain(address), null, port);
            string name =
                text == "*" ? text : (text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text).Trim('.');
            return new(name.Length == 0 ? null : name, null, null, port);
        }

        public bool Matches(string host, IPAddress? address, int port)
        {
            if (Port is { } wanted && wanted != port)
                return false;
            if (Name == "*")
                return true;
            if (address is not null)
                return address.Equals(Address) || Network?.Contains(address) == true;
            return Name is not null
                && (
                    AsciiCase.AreEqual(host, Name)
                    || (AsciiCase.EndsWith(host, Name) && host[host.Length - Name.Length - 1] == '.')
                );
        }

        /// <summary>
        /// Unlike <see cref="IPNetwork.TryParse(string, out IPNetwork)"/>, this allows non-zero bits after the prefix,
        /// as in Go.
        /// </summary>
        private static IPNetwork? TryNetwork(string text)
        {
            int slash = text.IndexOf('/', StringComparison.Ordinal);
            if (
                !IPAddress.TryParse(text.AsSpan(0, slash), out IPAddress? address)
                || !int.TryParse(
                    text.AsSpan(slash + 1),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out int length
                )
            )
            {
                return null;
            }

            byte[] bytes = address.GetAddressBytes();
            if (length > bytes.Length * 8)
                return null;
            for (int bit = length; bit < bytes.Length * 8; bit++)
                bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
            return new IPNetwork(new IPAddress(bytes), length);
        }
    }
}
