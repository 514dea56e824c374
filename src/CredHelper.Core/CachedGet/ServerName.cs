using CredHelper.Platform;

namespace CredHelper.CachedGet;

/// <summary>
/// The server of a URL as docker clients send it: host and port in lower case, without <c>https://</c>, the default
/// port 443, a path and a query.
/// </summary>
internal static unsafe class ServerName
{
    /// <summary>Adds the name; false for plain http, for which no token is ever returned.</summary>
    public static bool TryAdd(ref Scratch scratch, Bytes serverUrl, out Bytes name)
    {
        name = default;
        if (HasScheme(serverUrl, "http://"u8))
            return false;
        Bytes https = "https://"u8;
        Bytes rest = HasScheme(serverUrl, https) ? serverUrl.From(https.Length) : serverUrl;
        rest = rest.To(rest.Find((byte)'/'));
        rest = rest.To(rest.Find((byte)'?'));
        // With more than one colon, this is not a port.
        Bytes port = ":443"u8;
        int colon = rest.Find((byte)':');
        if (rest.From(colon).IsSame(port))
            rest = rest.To(colon);
        int begin = scratch.Length;
        for (int i = 0; i < rest.Length; i++)
            scratch.Add(ToLower(rest.Start[i]));
        name = scratch.Since(begin);
        return !scratch.IsFull;
    }

    private static bool HasScheme(Bytes url, Bytes scheme)
    {
        if (url.Length < scheme.Length)
            return false;
        for (int i = 0; i < scheme.Length; i++)
        {
            if (ToLower(url.Start[i]) != scheme.Start[i])
                return false;
        }
        return true;
    }

    /// <summary>
    /// Uses ASCII rules only, no culture and no Unicode folding: the Kelvin sign must not become a k.
    /// </summary>
    private static byte ToLower(byte character) =>
        character is >= (byte)'A' and <= (byte)'Z' ? (byte)(character | 0x20) : character;
}
