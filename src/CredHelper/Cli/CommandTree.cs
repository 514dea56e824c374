using System.CommandLine;
using System.CommandLine.Invocation;
using CredHelper.Diagnostics;

namespace CredHelper.Cli;

/// <summary>
/// All verbs and commands with their options. Help, completion and usage errors are generated from it.
/// </summary>
internal static class CommandTree
{
    public static RootCommand Create()
    {
        var root = new RootCommand(
            "Docker credential helper for Amazon ECR, for docker, podman, GitLab Runner and the kubelet"
        );
        foreach (Command verb in Verbs.Commands())
            root.Add(verb);
        root.Add(SetupCommand.Create());
        root.Add(DoctorCommand.Create());
        root.Add(ExplainCommand.Create());
        root.Add(ExportCommand.Create());
        root.Add(CacheCommand.Create());
        root.Add(CompletionCommand.Create());
        root.Add(HelpCommand.Create());
        // The built-in version option would print the bare version number.
        root.Options.Remove(root.Options.OfType<VersionOption>().Single());
        root.Add(
            new Option<bool>("--version", "-v") { Description = "Print the version", Action = new PrintVersion() }
        );
        HelpfulCommand.AddTo(
            root,
            $"""
            Examples:
              {HelperName.Program} setup docker --registry 123456789012/eu-west-1
              {HelperName.Program} doctor
              echo 123456789012.dkr.ecr.eu-west-1.amazonaws.com | {HelperName.Program} get
              {HelperName.Program} help setup
            """
        );
        ValueRules.ApplyTo(root);
        return root;
    }

    private sealed class PrintVersion : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult) => Verbs.PrintVersion();
    }
}
