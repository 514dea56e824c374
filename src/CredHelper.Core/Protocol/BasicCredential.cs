using System.Text;

namespace CredHelper.Protocol;

/// <summary>
/// A user name and password in the form of HTTP's Basic scheme, docker's <c>auth</c> and ECR's authorization tokens:
/// the base64 of <c>user:password</c>.
/// </summary>
internal sealed record BasicCredential(string Username, string Password)
{
    /// <summary>The password may contain colons, the user name cannot.</summary>
    /// <param name="problem">The problem of the text; null on success.</param>
    /// <returns>Null if the text is not base64 or has no colon.</returns>
    public static BasicCredential? Parse(string text, out string? problem)
    {
        problem = "is not base64";
        if (Decode(text) is not { } pair)
            return null;
        int colon = pair.IndexOf(':', StringComparison.Ordinal);
        problem = colon < 0 ? "is not the base64 of user:password" : null;
        return colon < 0 ? null : new BasicCredential(pair[..colon], pair[(colon + 1)..]);
    }

    public static bool IsBase64(string text) => Decode(text) is not null;

    public string ToBase64() => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Username}:{Password}"));

    public override string ToString() => Username;

    private static string? Decode(string text)
    {
        // Line breaks are allowed. Spaces and tabs, which .NET also ignores, are not valid base64 for docker and AWS.
        if (text.AsSpan().ContainsAny(' ', '\t'))
            return null;
        byte[] decoded = new byte[text.Length];
        return Convert.TryFromBase64String(text, decoded, out int length)
            ? Encoding.UTF8.GetString(decoded, 0, length)
            : null;
    }
}
