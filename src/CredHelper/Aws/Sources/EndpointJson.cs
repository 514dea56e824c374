using System.Text.Json;
using CredHelper.Errors;

namespace CredHelper.Aws.Sources;

/// <summary>Reads what a credential endpoint answered, without ever repeating a secret of it.</summary>
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

    /// <summary>The answer as a JSON element; of kind Undefined where it is no JSON.</summary>
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
    /// Code and message of an error, cleaned; empty where there are none. Bodies of another shape may hold anything and
    /// stay out.
    /// </summary>
    public static string ErrorOf(string body)
    {
        JsonElement json = Parse(body);
        string[] words = [.. ErrorMembers.Select(name => SessionKeys.Text(json, name)).OfType<string>().Distinct()];
        return words.Length == 0 ? "" : $": {ForeignText.Clean(string.Join(": ", words))}";
    }
}
