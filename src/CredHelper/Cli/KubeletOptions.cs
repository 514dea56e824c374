using System.CommandLine;
using System.CommandLine.Parsing;
using CredHelper.CredentialProviders;

namespace CredHelper.Cli;

/// <summary>The options of doctor about a node's kubelet, named as the kubelet's own flags.</summary>
internal sealed class KubeletOptions
{
    public Option<string> Config { get; } =
        new($"--{KubeletPaths.ConfigFlag}")
        {
            Description = "With --as kubelet: the kubelet's file or directory of that flag (default: detected).",
            HelpName = "FILE",
        };

    public Option<string> BinDirectory { get; } =
        new($"--{KubeletPaths.BinFlag}")
        {
            Description = "With --as kubelet: the directory of the providers' programs (default: detected).",
            HelpName = "DIR",
        };

    public void Require(CommandResult result, Option seat)
    {
        if (Text.Given(result, seat) == "kubelet")
            return;
        foreach (Option option in ((Option[])[Config, BinDirectory]).Where(one => result.GetResult(one) is not null))
            result.AddError($"{option.Name} needs --as kubelet.");
    }

    public string? ConfigOf(ParseResult call) => AbsoluteOf(call.GetValue(Config));

    public string? BinDirectoryOf(ParseResult call) => AbsoluteOf(call.GetValue(BinDirectory));

    /// <summary>The checks run in a process with another working directory.</summary>
    private static string? AbsoluteOf(string? path) => path is null ? null : Path.GetFullPath(path);
}
