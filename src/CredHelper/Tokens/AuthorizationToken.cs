using System.Globalization;
using System.Text.Json;
using CredHelper.Configuration;

namespace CredHelper.Tokens;

/// <summary>Reads the data in an authorization token of ECR.</summary>
internal static class AuthorizationToken
{
    /// <summary>
    /// Returns when a token expires, in Unix seconds: it is the base64 of JSON with a field <c>expiration</c>. Null for
    /// any other text.
    /// </summary>
    public static long? ExpiryOf(string token)
    {
        try
        {
            using JsonDocument content = JsonDocument.Parse(Convert.FromBase64String(token));
            JsonElement expiration = content.RootElement.GetProperty("expiration");
            return expiration.ValueKind == JsonValueKind.Number
                ? SecondsOf(expiration)
                : long.Parse(expiration.GetString()!, NumberStyles.None, CultureInfo.InvariantCulture);
        }
        catch (Exception exception)
            when (exception
                    is FormatException
                        or JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or ArgumentNullException
                        or OverflowException
            )
        {
            return null;
        }
    }

    /// <summary>Numbers before 1970 all count as expired, whatever their unit.</summary>
    private static long? SecondsOf(JsonElement number) =>
        number.GetDouble() <= 0 ? 0 : NumericDate.Of(number)?.ToUnixTimeSeconds();
}
