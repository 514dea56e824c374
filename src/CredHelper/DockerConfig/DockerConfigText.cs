using System.Text;
using System.Text.Json;
using CredHelper.Errors;

namespace CredHelper.DockerConfig;

/// <summary>An entry of <c>auths</c>: whose login it is, and what is wrong with it.</summary>
/// <param name="Username">Null where it holds no credentials.</param>
/// <param name="Problem">Why docker's reader refuses it; null where it does not.</param>
internal sealed record StaticAuth(string Key, string? Username, string? Problem)
{
    public bool IsEmpty => Username is null && Problem is null;
}

/// <summary>
/// A docker config as docker's own reader takes it, which GitLab Runner shares: unknown keys are passed over, an
/// <c>auth</c> that cannot be decoded makes the whole file unreadable.
/// </summary>
internal sealed class DockerConfigText
{
    private DockerConfigText() { }

    public IReadOnlyList<StaticAuth> Auths { get; private init; } = [];

    /// <summary>Host to helper name, in the order of the file; of two spelled alike the last.</summary>
    public IReadOnlyDictionary<string, string> CredHelpers { get; private init; } = new Dictionary<string, string>();

    public string? CredsStore { get; private init; }

    /// <summary>Names of the outermost object that stand more than once, by docker's reading without case.</summary>
    public IReadOnlyList<string> Duplicates { get; private init; } = [];

    /// <summary>Why the file as a whole would be refused; null where it would be read.</summary>
    public string? Problem { get; private init; }

    /// <summary>Whether there is anything in it that signs in.</summary>
    public bool ContainsAuth => CredsStore is not null || CredHelpers.Count > 0 || Auths.Count > 0;

    public static DockerConfigText Parse(string text)
    {
        text = text.TrimStart('\uFEFF');
        if (string.IsNullOrWhiteSpace(text))
            return new DockerConfigText();
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Read(document.RootElement)
                : new DockerConfigText { Problem = "it is not a JSON object" };
        }
        catch (JsonException exception)
        {
            return new DockerConfigText
            {
                Problem =
                    $"it is not valid JSON (line {exception.LineNumber + 1}, "
                    + $"column {exception.BytePositionInLine + 1})",
            };
        }
        catch (InvalidOperationException)
        {
            return new DockerConfigText { Problem = "a text in it is no Unicode (half of a surrogate pair)" };
        }
    }

    private static DockerConfigText Read(JsonElement root)
    {
        List<JsonProperty> all = [.. root.EnumerateObject()];
        var auths = new Dictionary<string, StaticAuth>(StringComparer.Ordinal);
        var helpers = new Dictionary<string, string>(StringComparer.Ordinal);
        string? store = null,
            problem = null;
        foreach (JsonProperty property in all)
        {
            if (Is(property, "auths") && property.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (JsonProperty entry in property.Value.EnumerateObject())
                    auths[entry.Name] = Auth(entry);
            }
            else if (Is(property, "credHelpers") && property.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (JsonProperty entry in property.Value.EnumerateObject())
                    helpers[entry.Name] = entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString()! : "";
            }
            else if (Is(property, "credsStore") && property.Value.ValueKind == JsonValueKind.String)
            {
                store = property.Value.GetString() is { Length: > 0 } name ? name : null;
            }
            else if (
                (Is(property, "auths") || Is(property, "credHelpers") || Is(property, "credsStore"))
                && property.Value.ValueKind != JsonValueKind.Null
            )
            {
                problem = $"{property.Name} is of the wrong kind";
            }
        }
        return new DockerConfigText
        {
            Auths = [.. auths.Values],
            CredHelpers = helpers,
            CredsStore = store,
            Duplicates =
            [
                .. all.GroupBy(property => property.Name, StringComparer.OrdinalIgnoreCase)
                    .Where(group => group.Count() > 1)
                    .Select(group => group.Key),
            ],
            Problem = problem ?? auths.Values.FirstOrDefault(auth => auth.Problem is not null)?.Problem,
        };
    }

    private static bool Is(JsonProperty property, string name) =>
        property.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static StaticAuth Auth(JsonProperty entry)
    {
        string shown = ForeignText.Clean(entry.Name);
        if (entry.Value.ValueKind != JsonValueKind.Object)
            return new StaticAuth(entry.Name, null, $"the entry of {shown} is not an object");
        string auth = Text(entry.Value, "auth"),
            user = Text(entry.Value, "username");
        if (auth.Length == 0)
        {
            bool hasAny =
                Text(entry.Value, "identitytoken").Length > 0
                || Text(entry.Value, "registrytoken").Length > 0
                || user.Length > 0;
            return new StaticAuth(
                entry.Name,
                hasAny
                    ? user.Length > 0
                        ? user
                        : "<token>"
                    : null,
                null
            );
        }
        byte[] decoded = new byte[auth.Length];
        if (!Convert.TryFromBase64String(auth, decoded, out int length))
            return new StaticAuth(entry.Name, null, $"auth of {shown} is not base64");
        string pair = Encoding.UTF8.GetString(decoded, 0, length);
        int colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? new StaticAuth(entry.Name, null, $"auth of {shown} is not the base64 of user:password")
            : new StaticAuth(entry.Name, pair[..colon], null);
    }

    private static string Text(JsonElement entry, string name)
    {
        foreach (JsonProperty property in entry.EnumerateObject())
        {
            if (Is(property, name) && property.Value.ValueKind == JsonValueKind.String)
                return property.Value.GetString() ?? "";
        }
        return "";
    }
}
