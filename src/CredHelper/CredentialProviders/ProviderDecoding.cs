using CredHelper.Editing;
using CredHelper.Errors;

namespace CredHelper.CredentialProviders;

/// <summary>Decodes and validates one provider as the kubelet does.</summary>
/// <param name="path">The position for messages.</param>
/// <param name="isStable">Whether the file has version v1, the only one with tokenAttributes.</param>
/// <param name="refuse">Receives each mistake with its line.</param>
internal sealed class ProviderDecoding(string file, string path, bool isStable, Action<int, string> refuse)
{
    private const string Audience = "serviceAccountTokenAudience",
        CacheType = "cacheType",
        RequireAccount = "requireServiceAccount",
        RequiredKeys = "requiredServiceAccountAnnotationKeys",
        OptionalKeys = "optionalServiceAccountAnnotationKeys",
        Attributes = "tokenAttributes",
        Cached = "defaultCacheDuration",
        Request = "apiVersion",
        Images = "matchImages";

    private static readonly string[] Requests =
    [
        ProviderConfigReader.RequestGroup + "v1",
        ProviderConfigReader.RequestGroup + "v1beta1",
        ProviderConfigReader.RequestGroup + "v1alpha1",
    ];

    public CredentialProvider Decode(YamlNode node)
    {
        string[] names = ["name", Images, Cached, Request, "args", "env", .. isStable ? [Attributes] : (string[])[]];
        var map = new StrictMap(node, path, refuse, names);
        CheckName(map);
        CheckVersion(map);
        CheckImages(map);
        CheckDuration(map);
        bool requiresAccount = isStable && map.Value(Attributes) is { } attributes && CheckAttributes(map, attributes);
        return new CredentialProvider(map.Text("name"), map.Text(Request), file, node.Line)
        {
            MatchImages = map.Texts(Images),
            Arguments = map.Texts("args"),
            Environment = [.. map.Items("env").Select((item, index) => Variable(item, $"{path}.env[{index}]"))],
            RequiresServiceAccount = requiresAccount,
        };
    }

    private KeyValuePair<string, string> Variable(YamlNode item, string place)
    {
        var map = new StrictMap(item, place, refuse, "name", "value");
        return new KeyValuePair<string, string>(map.Text("name"), map.Text("value"));
    }

    private void CheckName(StrictMap map)
    {
        string name = map.Text("name");
        bool isName = name.Length > 0 && name is not ("." or "..") && !name.AsSpan().ContainsAny('/', ' ');
        if (!isName)
        {
            string problem = name.Length == 0 ? "is missing" : $"'{ForeignText.Clean(name)}' is not the name of a file";
            refuse(map.LineOf("name"), $"{path}.name {problem}");
        }
    }

    private void CheckVersion(StrictMap map)
    {
        string version = map.Text(Request);
        if (!Requests.Contains(version))
        {
            string problem = version.Length == 0 ? "is missing" : $"is '{ForeignText.Clean(version)}'";
            refuse(map.LineOf(Request), $"{path}.{Request} {problem}; write {Requests[0]}");
        }
    }

    private void CheckImages(StrictMap map)
    {
        IReadOnlyList<YamlNode> images = map.Items(Images);
        if (images.Count == 0)
            refuse(map.LineOf(Images), $"{path}.{Images} is missing or empty");
        foreach (YamlNode image in images.Where(image => ImagePattern.Parse(image.Text) is null))
            refuse(image.Line, $"{path}.{Images}: '{ForeignText.Clean(image.Text)}' is not a host with a path");
    }

    private void CheckDuration(StrictMap map)
    {
        if (!map.Has(Cached))
        {
            refuse(map.LineOf(Cached), $"{path}.{Cached} is missing");
            return;
        }
        string text = map.Text(Cached);
        if (text.Length > 0 && !GoDuration.IsValid(text))
            refuse(map.LineOf(Cached), $"{path}.{Cached}: '{ForeignText.Clean(text)}' is not a duration such as 12h");
        else if (text.StartsWith('-') && text.AsSpan().ContainsAnyInRange('1', '9'))
            refuse(map.LineOf(Cached), $"{path}.{Cached} is negative");
    }

    /// <returns>Whether a request is sent only with a service account.</returns>
    private bool CheckAttributes(StrictMap provider, YamlNode node)
    {
        string place = provider.PathOf(Attributes);
        var map = new StrictMap(node, place, refuse, Audience, CacheType, RequireAccount, RequiredKeys, OptionalKeys);
        if (map.Text(Audience).Length == 0)
            refuse(node.Line, $"{place}.{Audience} is missing");
        if (map.Text(CacheType) is not ("Token" or "ServiceAccount"))
            refuse(map.LineOf(CacheType), $"{place}.{CacheType} must be Token or ServiceAccount");
        bool? isRequired = map.Flag(RequireAccount);
        if (isRequired is null)
            refuse(map.LineOf(RequireAccount), $"{place}.{RequireAccount} is missing");
        IReadOnlyList<string> required = map.Texts(RequiredKeys),
            optional = map.Texts(OptionalKeys);
        if (isRequired == false && required.Count > 0)
            refuse(map.LineOf(RequiredKeys), $"{place}.{RequiredKeys} needs {RequireAccount}: true");
        IEnumerable<string> repeated = required
            .Concat(optional)
            .GroupBy(key => key)
            .Where(group => group.Count() > 1)
            .Select(group => group.Key);
        foreach (string key in repeated)
            refuse(node.Line, $"{place}: the annotation {ForeignText.Clean(key)} occurs twice");
        if (provider.Text(Request) is { Length: > 0 } version && version != Requests[0])
            refuse(node.Line, $"{place} needs {path}.{Request}: {Requests[0]}");
        return isRequired == true;
    }
}
