using System.Text;
using CredHelper.Editing;
using CredHelper.Platform;

namespace CredHelper.CredentialProviders;

/// <summary>
/// The credential provider settings in the configuration files of k3s and RKE2: <c>config.yaml</c>, then the files in
/// <c>config.yaml.d</c> by name; a later value replaces an earlier one. kubelet-arg takes precedence over the options
/// of k3s and RKE2 themselves.
/// </summary>
internal static class RancherConfig
{
    private const string KubeletArguments = "kubelet-arg";
    private const int LongestFile = 4 * 1024 * 1024;

    /// <param name="root">The root of the file system: <c>/</c>, except in tests.</param>
    /// <param name="platform">k3s or RKE2.</param>
    /// <returns>The paths, and the file that sets them; null for the defaults.</returns>
    public static (KubeletPaths Paths, string? File) Of(string root, NodePlatform platform)
    {
        KubeletPaths paths = KubeletPaths.Rancher,
            forced = new("", "");
        string? file = null;
        foreach (string path in Files(root, $"etc/rancher/{KubeletPaths.NameOf(platform)}/config.yaml"))
        {
            if (Read(path) is not { Kind: YamlKind.Map } map)
                continue;
            KubeletPaths own = With(paths, name => map.TextOf(name)),
                argument = With(forced, name => Argument(map, name));
            if (own != paths || argument != forced)
                file = path;
            (paths, forced) = (own, argument);
        }
        return (With(paths, name => Forced(forced, name)), file);
    }

    private static string? Forced(KubeletPaths forced, string name)
    {
        string value = name == KubeletPaths.ConfigFlag ? forced.Config : forced.BinDirectory;
        return value.Length > 0 ? value : null;
    }

    private static KubeletPaths With(KubeletPaths paths, Func<string, string?> find) =>
        new(find(KubeletPaths.ConfigFlag) ?? paths.Config, find(KubeletPaths.BinFlag) ?? paths.BinDirectory);

    /// <summary>Reads one text or a list. With a plus after the name it is added to that of earlier files.</summary>
    private static string? Argument(YamlNode map, string name)
    {
        IEnumerable<YamlNode> values = map
            .Members.Where(member => member.Name is KubeletArguments or KubeletArguments + "+")
            .SelectMany(member =>
                member.Value.Kind == YamlKind.List ? member.Value.Items.Select(item => item.Value) : [member.Value]
            );
        return values
            .Select(value => value.Text.TrimStart('-'))
            .LastOrDefault(text => text.StartsWith(name + "=", StringComparison.Ordinal))
            ?[(name.Length + 1)..];
    }

    private static IEnumerable<string> Files(string root, string path)
    {
        string main = Path.Combine(root, path),
            directory = main + ".d";
        IEnumerable<string> further = Directory.Exists(directory)
            ? Directory
                .EnumerateFiles(directory)
                .Where(file => Path.GetExtension(file).ToLowerInvariant() is ".yaml" or ".yml")
                .Order(StringComparer.Ordinal)
            : [];
        return further.Prepend(main);
    }

    private static YamlNode? Read(string path)
    {
        if (RegularFile.Read(path, LongestFile, out byte[] content) != FileRead.Ok)
            return null;
        try
        {
            return YamlReader.Read(Encoding.UTF8.GetString(content));
        }
        catch (YamlException)
        {
            // k3s reports this itself and does not start.
            return null;
        }
    }
}
