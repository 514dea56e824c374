using CredHelper.Platform;

namespace CredHelper.CachedGet;

/// <summary>
/// The server of a URL as docker clients send it: host and port in lower case, without <c>https://</c>, the port of
/// https, a path and a query.
/// </summary>
internal static unsafe class ServerName
{
    /// <summary>Adds the name; false for plain http, for which no token is ever handed out.</summary>
    public static bool TryAdd(ref Scratch scratch, Bytes serverUrl, out Bytes name)
    {
        name = default;
        if (HasScheme(serverUrl, "http://"u8))
            return false;
        Bytes https = "https://"u8;
        Bytes rest = HasScheme(serverUrl, https) ? serverUrl.From(https.Length) : serverUrl;
        rest = rest.To(rest.Find((byte)'/'));
        rest = rest.To(rest.Find((byte)'?'));
        // More than one colon is no port.
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

    /// <summary>No culture and no Unicode folding here: the Kelvin sign must not become a k.</summary>
    private static byte ToLower(byte character) =>
        character is >= (byte)'A' and <= (byte)'Z' ? (byte)(character | 0x20) : character;
}
