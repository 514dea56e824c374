using System.Text;
using CredHelper.Identity;
using CredHelper.Platform;

namespace CredHelper.CommandLine;

/// <summary>Everything but <c>get</c>: the other verbs of the helper protocol, the version and the help.</summary>
internal static class Verbs
{
    private const string Usage = $"usage: {ProgramVersion.Name} get|store|erase|list|version";

    private const string Help = $$"""
        {{ProgramVersion.Name}} signs docker, podman and GitLab runners in to Amazon ECR.

        {{Usage}}

          get      reads a registry's URL from standard input, prints its credentials as JSON
          store    reads credentials as JSON from standard input and keeps them
          erase    reads a registry's URL from standard input, forgets its credentials
          list     prints the registries with known credentials as JSON
          version  prints the version

          explain REGISTRY   prints which identity, endpoint and cache entry a get would use, and why

        Docker calls it when its config.json says so:

          "credHelpers": { "123456789012.dkr.ecr.eu-west-1.amazonaws.com": "ecr-login" }

        Try it by hand:

          echo 123456789012.dkr.ecr.eu-west-1.amazonaws.com | {{ProgramVersion.Name}} get

        The AWS identity comes from the environment and ~/.aws as for the AWS CLI.

        """;

    public static int Run(string[] args)
    {
        switch (args)
        {
            case ["store"]:
                return StoreVerb.Run(EnvironmentSnapshot.Take());
            case ["erase"]:
                return EraseVerb.Run(EnvironmentSnapshot.Take());
            case ["list"]:
                return ListVerb.Run(EnvironmentSnapshot.Take());
            case ["version"] or ["-v"] or ["--version"]:
                return Print($"{ProgramVersion.Name} {ProgramVersion.Full}\n");
            case ["help"] or ["-h"] or ["--help"]:
                return Print(Help);
            case [ExplainCommand.Name, ..]:
                return Commands.Run(args);
            case [] or ["get" or "store" or "erase" or "list" or "version", ..]:
                throw new HelperException(FailureKind.Usage, Usage);
            default:
                throw new HelperException(FailureKind.Usage, $"unknown command '{ForeignText.Clean(args[0])}'; {Usage}");
        }
    }

    private static int Print(string text)
    {
        StandardStreams.WriteOutput(Encoding.UTF8.GetBytes(text));
        return 0;
    }
}
