using System.CommandLine;
using CredHelper.Diagnostics;

namespace CredHelper.Cli;

/// <summary>
/// <c>setup</c>: configures docker, podman, GitLab Runner or the kubelet to use this helper, or undoes it.
/// </summary>
internal static class SetupCommand
{
    public const string Name = "setup";

    public static Command Create() =>
        new HelpfulCommand(
            Name,
            $"""
            Configure docker, podman or GitLab Runner to use this helper, or undo it

            Examples:
              {HelperName.Program} {Name} docker --registry 123456789012/eu-west-1
              sudo {HelperName.Program} {Name} gitlab-runner \
                --registry 123456789012/eu-west-1 --install-to /usr/local/bin
              {HelperName.Program} {Name} docker --undo
            """
        )
        {
            SetupDocker.Create(),
            SetupGitLabRunner.Create(),
            SetupPodman.Create(),
            SetupGitLabCi.Create(),
            SetupKubelet.Create(),
        };
}
