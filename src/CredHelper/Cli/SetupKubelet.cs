using System.CommandLine;
using CredHelper.Diagnostics;
using CredHelper.Platform;

namespace CredHelper.Cli;

/// <summary><c>setup kubelet</c>: prints the kubelet's CredentialProviderConfig.</summary>
internal static class SetupKubelet
{
    private const string Name = "kubelet";

    /// <summary>Each partition's registries; a star stands for one part of a name.</summary>
    private static readonly string[] Hosts =
    [
        "*.dkr.ecr.*.amazonaws.com",
        "*.dkr.ecr-fips.*.amazonaws.com",
        "*.dkr.ecr.*.amazonaws.com.cn",
        "*.dkr.ecr.*.amazonaws.eu",
        "*.dkr-ecr.*.on.aws",
        "*.dkr-ecr-fips.*.on.aws",
        "*.dkr-ecr.*.on.amazonwebservices.com.cn",
        "*.dkr.ecr.*.c2s.ic.gov",
        "*.dkr.ecr.*.sc2s.sgov.gov",
        "*.dkr.ecr.*.cloud.adc-e.uk",
        "*.dkr.ecr.*.csp.hci.ic.gov",
        "public.ecr.aws",
        "ecr-public.aws.com",
    ];

    public static Command Create()
    {
        var account = new Option<bool>("--service-account")
        {
            Description = "Sign in as the role of each pod's service account, where it names one.",
        };
        var command = new HelpfulCommand(
            Name,
            $"""
            Print the CredentialProviderConfig that makes the kubelet ask this program.

            Example:
              {HelperName.Program} setup {Name} > /etc/kubernetes/ecr-login.yaml
            """
        )
        {
            account,
        };
        command.SetAction(call =>
        {
            Terminal.Write(Config(call.GetValue(account)));
            return 0;
        });
        return command;
    }

    private static string Config(bool forServiceAccounts) =>
        $"""
        # For the kubelet's flags
        #   --image-credential-provider-config=/etc/kubernetes/ecr-login.yaml
        #   --image-credential-provider-bin-dir={Path.GetDirectoryName(Environment.ProcessPath) ?? "/usr/local/bin"}
        # The second is where this program lies here. A kubelet that has the flag already keeps its directory; put the
        # program there, and these providers into the file that the first flag names.
        apiVersion: kubelet.config.k8s.io/v1
        kind: CredentialProviderConfig
        providers:
          - name: {HelperName.Program}
            apiVersion: credentialprovider.kubelet.k8s.io/v1
            defaultCacheDuration: 12h
            args: [{KubeletCommand.Name}]
            matchImages:
        {string.Join('\n', Hosts.Select(host => $"      - \"{host}\""))}
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
