using System.Runtime.Versioning;
using CredHelper.Platform;

// scripts/windows-test.sh runs these tests under Wine; no other suite does.
[assembly: SupportedOSPlatform("windows")]

namespace CredHelper.Windows.Tests;

/// <summary>A directory of a test's own, which is also a home directory.</summary>
internal sealed class Place : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("ecr-windows-").FullName;

    public string PathOf(string name) => Path.Combine(Root, name);

    public string Write(string name, string content)
    {
        string path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public EnvironmentSnapshot Environment(params (string Name, string Value)[] variables) =>
        new(
            variables
                .Select(variable => new KeyValuePair<string, string>(variable.Name, variable.Value))
                .Append(new KeyValuePair<string, string>("USERPROFILE", Root))
        );

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
