using System.Text.Json;

namespace CredHelper.Configuration;

/// <summary>
/// A time in a JSON Web Token (RFC 7519, section 2): seconds since 1970 as a number, which may have a fraction or an
/// exponent.
/// </summary>
internal static class NumericDate
{
    /// <summary>Returns null if the value is not a time from 1970 to the year 9999.</summary>
    public static DateTimeOffset? Of(JsonElement value)
    {
        const double Milliseconds = 1000,
            Latest = 253402300799;
        return
            value.ValueKind == JsonValueKind.Number
            && value.TryGetDouble(out double seconds)
            && seconds is > 0 and <= Latest
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * Milliseconds))
            : null;
    }
}
