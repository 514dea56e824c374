using System.Text.Json;
using CredHelper.Errors;

namespace CredHelper.Aws.Sources;

/// <summary>Reads the response of a credential endpoint without ever printing a secret of it.</summary>
internal static class EndpointJson
{
    private static readonly string[] ErrorMembers =
    [
        "Code",
        "code",
        "error",
        "Message",
        "message",
        "error_description",
    ];

    /// <summary>Parses the response; an element of kind Undefined if it is not JSON.</summary>
    public static JsonElement Parse(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default;
        }
    }

    /// <summary>
    /// Returns the code and message of an error, cleaned for printing; empty if there are none. Bodies in another
    /// format are not printed, because they may contain anything.
    /// </summary>
    public static string ErrorOf(string body)
    {
        JsonElement json = Parse(body);
        string[] words = [.. ErrorMembers.Select(name => SessionKeys.Text(json, name)).OfType<string>().Distinct()];
        return words.Length == 0 ? "" : $": {ForeignText.Clean(string.Join(": ", words))}";
    }
}
