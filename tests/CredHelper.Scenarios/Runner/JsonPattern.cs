using System.Text.Json;

namespace CredHelper.Scenarios.Runner;

/// <summary>Compares JSON with a pattern in which the string <c>"*"</c> matches any value.</summary>
internal static class JsonPattern
{
    /// <summary>Returns the position and kind of the first difference; null if there is none.</summary>
    public static string? Difference(string pattern, string actual)
    {
        using JsonDocument expected = JsonDocument.Parse(pattern);
        try
        {
            using JsonDocument found = JsonDocument.Parse(actual);
            return Difference(expected.RootElement, found.RootElement, "");
        }
        catch (JsonException exception)
        {
            return $"not one JSON value: {exception.Message}";
        }
    }

    private static string? Difference(JsonElement expected, JsonElement actual, string path)
    {
        if (expected.ValueKind == JsonValueKind.String && expected.ValueEquals("*"))
            return null;
        if (expected.ValueKind != actual.ValueKind)
            return $"{path}: expected {expected.GetRawText()}, found {actual.GetRawText()}";
        return expected.ValueKind switch
        {
            JsonValueKind.Object => ObjectDifference(expected, actual, path),
            JsonValueKind.Array => ArrayDifference(expected, actual, path),
            _ when JsonElement.DeepEquals(expected, actual) => null,
            _ => $"{path}: expected {expected.GetRawText()}, found {actual.GetRawText()}",
        };
    }

    private static string? ObjectDifference(JsonElement expected, JsonElement actual, string path)
    {
        var names = actual.EnumerateObject().Select(property => property.Name).ToList();
        if (names.Distinct(StringComparer.Ordinal).Count() != names.Count)
            return $"{path}: a name occurs twice";
        foreach (JsonProperty property in expected.EnumerateObject())
        {
            string? difference = actual.TryGetProperty(property.Name, out JsonElement value)
                ? Difference(property.Value, value, $"{path}/{property.Name}")
                : $"{path}/{property.Name} is missing";
            if (difference is not null)
                return difference;
            names.Remove(property.Name);
        }

        return names.Count == 0 ? null : $"{path}/{names[0]} is not expected";
    }

    private static string? ArrayDifference(JsonElement expected, JsonElement actual, string path)
    {
        if (expected.GetArrayLength() != actual.GetArrayLength())
            return $"{path}: expected {expected.GetArrayLength()} elements, found {actual.GetArrayLength()}";
        return expected
            .EnumerateArray()
            .Zip(actual.EnumerateArray())
            .Select((pair, index) => Difference(pair.First, pair.Second, $"{path}/{index}"))
            .FirstOrDefault(difference => difference is not null);
    }
}
