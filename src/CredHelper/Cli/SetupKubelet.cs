using System.CommandLine;
using CredHelper.CredentialProviders;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Setup;

namespace CredHelper.Cli;

/// <summary>
/// <c>setup kubelet</c>: makes this program a credential provider of a node's kubelet, or prints a configuration for
/// it.
/// </summary>
internal static class SetupKubelet
{
    private const string Name = "kubelet";

    public static Command Create()
    {
        var options = new SetupOptions();
        var platform = new Option<string>("--for")
        {
            Description = "Set up the kubelet of this node instead of printing its configuration",
            HelpName = "eks|k3s|rke2",
        };
        platform.AcceptOnlyFromAmong("eks", "k3s", "rke2");
        var account = new Option<bool>("--service-account")
        {
            Description = "Use the role of each pod's service account, if it has one",
        };
        var command = new HelpfulCommand(
            Name,
            $"""
            Make this program a credential provider of the node's kubelet, or print the configuration for it

            Examples:
              sudo {HelperName.Program} setup {Name} --for k3s
              sudo {HelperName.Program} setup {Name} --for eks --yes
              sudo {HelperName.Program} setup {Name} --for k3s --undo
              {HelperName.Program} setup {Name} > /etc/kubernetes/ecr-login.yaml
            """
        )
        {
            platform,
            account,
            options.NoCheck,
            options.DryRun,
            options.Undo,
            options.Yes,
            options.Json,
        };
        Option[] ofNode = [options.NoCheck, options.DryRun, options.Undo, options.Yes, options.Json];
        command.Validators.Add(result =>
        {
            if (Text.Given(result, platform) is not null)
                return;
            foreach (Option option in ofNode.Where(option => result.GetResult(option) is { Implicit: false }))
                result.AddError($"{option.Name} requires --for");
        });
        options.SetAction(
            command,
            (call, mode) =>
            {
                if (KubeletPaths.PlatformOf(call.GetValue(platform)) is { } kind)
                    return Run(call, mode, options, kind, call.GetValue(account));
                Terminal.Write(Config(call.GetValue(account)));
                return 0;
            }
        );
        return command;
    }

    private static int Run(
        ParseResult call,
        SetupMode mode,
        SetupOptions options,
        NodePlatform platform,
        bool forServiceAccounts
    )
    {
        if (!OperatingSystem.IsLinux())
            throw new HelperException(FailureKind.Usage, "--for is only supported on Linux");
        KubeletPaths paths = platform == NodePlatform.Eks ? KubeletPaths.Eks : RancherConfig.Of("/", platform).Paths;
        var report = new SetupReport(mode);
        var setup = new KubeletSetup(
            EnvironmentSnapshot.Take(),
            new KubeletSettings(platform, paths, forServiceAccounts),
            mode,
            report
        )
        {
            IsChecked = !call.GetValue(options.NoCheck),
        };
        return call.GetValue(options.Undo) ? setup.Undo() : setup.Apply();
    }

    private static string Config(bool forServiceAccounts) =>
        $"""
        # For the kubelet's flags
        #   --image-credential-provider-config=/etc/kubernetes/ecr-login.yaml
        #   --image-credential-provider-bin-dir={Path.GetDirectoryName(Environment.ProcessPath) ?? "/usr/local/bin"}
        # The second is the directory of this program. If the kubelet has these flags already, keep them: copy the
        # program to that directory and add this provider to that file.
        apiVersion: kubelet.config.k8s.io/v1
        kind: CredentialProviderConfig
        providers:
          - name: {HelperName.Program}
            apiVersion: credentialprovider.kubelet.k8s.io/v1
            defaultCacheDuration: 12h
            args: [{KubeletCommand.Name}]
            matchImages:
        {string.Join('\n', KubeletSettings.Hosts.Select(host => $"      - \"{host}\""))}
        {(forServiceAccounts ? """
                tokenAttributes:
                  serviceAccountTokenAudience: sts.amazonaws.com
                  cacheType: ServiceAccount
                  requireServiceAccount: false
                  optionalServiceAccountAnnotationKeys:
                    - eks.amazonaws.com/ecr-role-arn

            """ : "")}
        """;
}
