using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;

namespace CredHelper.Cli;

/// <summary>Everything but <c>get</c>: the other verbs of the helper protocol, the version and the help.</summary>
internal static class Verbs
{
    private const string Usage = $"usage: {HelperName.Program} get|store|erase|list|version";
    private const string AllCommands = $"; all commands: {HelperName.Program} --help";

    /// <summary>What docker calls, and the version.</summary>
    public static IReadOnlyList<string> OfDocker => ["get", "store", "erase", "list", "version"];

    private const string Help = $$"""
        {{HelperName.Program}} signs docker, podman and GitLab runners in to Amazon ECR.

        {{Usage}}

          get      reads a registry's URL from standard input, prints its credentials as JSON
          store    reads credentials as JSON from standard input and keeps them
          erase    reads a registry's URL from standard input, forgets its credentials
          list     prints the registries with known credentials as JSON
          version  prints the version

          setup      has docker, podman or a GitLab runner ask this program, or takes that back
          doctor     says why a pull will work, or not, and what mends it
          explain    prints which identity, endpoint and cache entry a get of a registry would use
          export     prints short-lived logins for where no helper can run
          kubelet    answers the kubelet as an image credential provider
          cache      lists and clears cached tokens
          completion prints a completion script for bash, zsh or fish

        Docker calls it when its config.json says so:

          "credHelpers": { "123456789012.dkr.ecr.eu-west-1.amazonaws.com": "ecr-login" }

        Try it by hand:

          echo 123456789012.dkr.ecr.eu-west-1.amazonaws.com | {{HelperName.Program}} get

        The AWS identity comes from the environment and ~/.aws as for the AWS CLI.

        """;

    public static int Run(string[] args)
    {
        // Under the kubelet's name a call is a request, but for what a person at a terminal asks.
        if (KubeletCommand.IsCalledSo && args is not ["-h" or "--help" or "-v" or "--version"])
            return KubeletCommand.Run();
        switch (args)
        {
            case ["store"]:
                return StoreVerb.Run(EnvironmentSnapshot.Take());
            case ["erase"]:
                return EraseVerb.Run(EnvironmentSnapshot.Take());
            case ["list"]:
                return ListVerb.Run(EnvironmentSnapshot.Take());
            case ["version"] or ["-v"] or ["--version"]:
                return Print($"{HelperName.Program} {ProgramVersion.Full}\n");
            case ["help"] or ["-h"] or ["--help"]:
                return Print(Help);
            case [KubeletCommand.Name, ..] when args is not [_, "-h" or "--help" or "-?"]:
                return KubeletCommand.Run();
            case [AsUser.Verb, ..]:
                return AsUser.Become(args, Run);
            case [var name, ..] when Commands.Has(name):
                return Commands.Run(args);
            case [] or ["get" or "store" or "erase" or "list" or "version", ..]:
                throw new HelperException(FailureKind.Usage, Usage + AllCommands);
            default:
                throw new HelperException(
                    FailureKind.Usage,
                    $"unknown command '{ForeignText.Clean(args[0])}'; {Usage}{AllCommands}"
                );
        }
    }

    private static int Print(string text)
    {
        Terminal.Write(text);
        return 0;
    }
}
