using CredHelper.CredentialProviders;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Doctor.Checks;

/// <summary>Checks the programs of the kubelet's credential providers, which are named like the providers.</summary>
internal sealed class ProviderProgramCheck : ICheck
{
    private const UnixFileMode ForOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite,
        Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public IEnumerable<Finding> Run(CheckContext context)
    {
        KubeletSnapshot node = context.Client.Kubelet!;
        if (node.Paths is not { } paths || node.Config is not { } config)
            yield break;
        if (!Directory.Exists(paths.BinDirectory))
        {
            yield return Finding
                .Fail("ECR705", $"{paths.BinDirectory} is not a directory", context.Commands.SetupKubelet())
                .On([.. config.Providers.Select(provider => Subject.Helper(provider.Name))]);
            yield break;
        }
        foreach (CredentialProvider provider in config.Providers)
        {
            string path = node.Runs!.PathOf(provider);
            yield return Judge(context, node, provider, path);
            foreach (string place in (string[])[path, paths.BinDirectory])
            {
                if (FileStatus.Of(place) is { } status && IsOpen(status))
                    yield return OpenToOthers(context, place, status);
            }
        }
    }

    private static bool IsOpen(FileStatus status) => status.UserId != 0 || (status.Permissions & ForOthers) != 0;

    private static Finding Judge(CheckContext context, KubeletSnapshot node, CredentialProvider provider, string path)
    {
        string name = ForeignText.Clean(provider.Name);
        if (FileStatus.Of(path) is not { IsRegularFile: true } status)
        {
            bool isOurs = provider.Name is "ecr-credential-provider" or Diagnostics.HelperName.Program;
            return Finding
                .Fail(
                    "ECR705",
                    $"{path} does not exist, so the kubelet does not start with the provider {name}",
                    isOurs
                        ? context.Commands.SetupKubelet()
                        : Remedy.Advise($"install {name} there, or remove the provider from {provider.File}")
                )
                .On(Subject.Helper(provider.Name));
        }
        if ((status.Permissions & Executable) == 0)
        {
            return Finding
                .Fail(
                    "ECR705",
                    $"{path} is not executable",
                    Remedy.Run(context.Commands.AsRoot($"chmod 0755 {ShellWord.Quote(path)}"))
                )
                .On(Subject.Helper(provider.Name));
        }
        string what = node.IsOurs(provider) ? "this program" : "another program";
        return Finding.Ok("ECR705", $"{path} is {what}");
    }

    private static Finding OpenToOthers(CheckContext context, string path, FileStatus status)
    {
        string word = ShellWord.Quote(path);
        return Finding.Warn(
            "ECR706",
            $"users other than root can replace {path}, which the kubelet runs as root",
            Remedy.Run(context.Commands.AsRoot(status.UserId != 0 ? $"chown root {word}" : $"chmod go-w {word}"))
        );
    }
}
