using System.Text;
using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.CredentialProviders;

/// <summary>
/// Reads the file, or since Kubernetes 1.34 the directory of files, that the kubelet's flag names, and reports what the
/// kubelet rejects: it does not start if one of them has a mistake.
/// </summary>
internal sealed class ProviderConfigReader
{
    public const string Kind = "CredentialProviderConfig",
        Group = "kubelet.config.k8s.io/",
        RequestGroup = "credentialprovider.kubelet.k8s.io/",
        Stable = "v1";

    private const int LongestFile = 4 * 1024 * 1024;
    private static readonly string[] Versions = [Stable, "v1beta1", "v1alpha1"],
        Endings = [".json", ".yaml", ".yml"];

    private readonly List<CredentialProvider> _providers = [];
    private readonly List<ConfigProblem> _problems = [];

    /// <param name="path">An existing file or directory.</param>
    public static ProviderConfig Read(string path)
    {
        var reader = new ProviderConfigReader();
        string[] files = FilesOf(path);
        if (files.Length == 0)
            reader._problems.Add(new ConfigProblem(path, 0, "no file in this directory ends in .json, .yaml or .yml"));
        foreach (string file in files)
            reader.ReadFile(file);
        if (files.Length > 0 && reader._providers.Count == 0 && reader._problems.Count == 0)
            reader._problems.Add(new ConfigProblem(path, 0, "providers is empty"));
        return new ProviderConfig(files, reader._providers, reader._problems);
    }

    /// <param name="path">The path for messages.</param>
    /// <param name="content">The content of the file.</param>
    public static ProviderConfig Parse(string path, byte[] content)
    {
        var reader = new ProviderConfigReader();
        reader.Read(path, content);
        return new ProviderConfig([path], reader._providers, reader._problems);
    }

    private static string[] FilesOf(string path) =>
        Directory.Exists(path)
            ?
            [
                .. Directory
                    .EnumerateFiles(path)
                    .Where(file => Endings.Contains(Path.GetExtension(file)))
                    .Order(StringComparer.Ordinal),
            ]
            : [path];

    private void ReadFile(string file)
    {
        if (RegularFile.Read(file, LongestFile, out byte[] content) != FileRead.Ok)
        {
            _problems.Add(new ConfigProblem(file, 0, "it cannot be read"));
            return;
        }
        Read(file, content);
    }

    private void Read(string file, byte[] content)
    {
        try
        {
            if (YamlReader.Read(Encoding.UTF8.GetString(content).TrimStart('\uFEFF')) is { } root)
                Decode(file, root);
            else
                _problems.Add(new ConfigProblem(file, 0, "it is empty"));
        }
        catch (YamlException exception)
        {
            _problems.Add(new ConfigProblem(file, exception.Line, exception.Message, IsKnown: !exception.IsValid));
        }
    }

    private void Decode(string file, YamlNode root)
    {
        void Refuse(int line, string problem) => _problems.Add(new ConfigProblem(file, line, problem));

        string? version = root.TextOf("apiVersion"),
            kind = root.TextOf("kind");
        if (kind != Kind)
        {
            Refuse(root["kind"]?.Line ?? root.Line, $"kind is {Quoted(kind)}, not {Kind}");
            return;
        }
        if (!Versions.Any(known => version == Group + known))
        {
            Refuse(
                root["apiVersion"]?.Line ?? root.Line,
                $"apiVersion is {Quoted(version)}, not one of {Group}{string.Join(", ", Versions)}"
            );
            return;
        }
        var map = new StrictMap(root, "", Refuse, "apiVersion", "kind", "providers");
        IReadOnlyList<YamlNode> providers = map.Items("providers");
        for (int i = 0; i < providers.Count; i++)
            Add(new ProviderDecoding(file, $"providers[{i}]", version == Group + Stable, Refuse).Decode(providers[i]));
    }

    private void Add(CredentialProvider provider)
    {
        if (_providers.Exists(other => other.Name == provider.Name))
        {
            string name = ForeignText.Clean(provider.Name);
            _problems.Add(
                new ConfigProblem(provider.File, provider.Line, $"another provider has the same name {name}")
            );
        }
        _providers.Add(provider);
    }

    private static string Quoted(string? text) => text is null ? "not set" : $"'{ForeignText.Clean(text)}'";
}
