using System.CommandLine;
using System.CommandLine.Parsing;
using CredHelper.CredentialProviders;

namespace CredHelper.Cli;

/// <summary>The options of doctor that are named after flags of the kubelet.</summary>
internal sealed class KubeletOptions
{
    public Option<string> Config { get; } =
        new($"--{KubeletPaths.ConfigFlag}")
        {
            Description = "With --as kubelet: file or directory of that kubelet flag (default: detected)",
            HelpName = "FILE",
        };

    public Option<string> BinDirectory { get; } =
        new($"--{KubeletPaths.BinFlag}")
        {
            Description = "With --as kubelet: directory of the credential provider programs (default: detected)",
            HelpName = "DIR",
        };

    public void Require(CommandResult result, Option seat)
    {
        if (Text.Given(result, seat) == "kubelet")
            return;
        foreach (Option option in ((Option[])[Config, BinDirectory]).Where(one => result.GetResult(one) is not null))
            result.AddError($"{option.Name} requires --as kubelet");
    }

    public string? ConfigOf(ParseResult call) => AbsoluteOf(call.GetValue(Config));

    public string? BinDirectoryOf(ParseResult call) => AbsoluteOf(call.GetValue(BinDirectory));

    /// <summary>Paths are made absolute, because the checks run in another working directory.</summary>
    private static string? AbsoluteOf(string? path) => path is null ? null : Path.GetFullPath(path);
}
