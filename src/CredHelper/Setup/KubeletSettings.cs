using CredHelper.CredentialProviders;
using CredHelper.Diagnostics;
using CredHelper.Editing;
using CredHelper.Errors;

namespace CredHelper.Setup;

/// <summary>The values that this program needs in the kubelet's credential provider configuration.</summary>
/// <param name="Platform">The distribution of the kubelet.</param>
/// <param name="Paths">The files of the kubelet.</param>
/// <param name="ForServiceAccounts">Whether pods use the role of their service account.</param>
internal sealed record KubeletSettings(NodePlatform Platform, KubeletPaths Paths, bool ForServiceAccounts)
{
    /// <summary>The argument that makes this program act as a credential provider.</summary>
    public const string Argument = "kubelet";

    private const string EksName = "ecr-credential-provider",
        Providers = "providers",
        Attributes = "tokenAttributes",
        AnnotationKeys = "optionalServiceAccountAnnotationKeys";

    private static readonly string[] Lists =
    [
        Providers,
        "matchImages",
        "args",
        "env",
        AnnotationKeys,
        "requiredServiceAccountAnnotationKeys",
    ];

    /// <summary>The registries of each partition; a star matches one label of a host name.</summary>
    public static readonly IReadOnlyList<string> Hosts =
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

    /// <summary>The format of the file: JSON if it begins with a brace, otherwise YAML.</summary>
    public static FileFormat Format { get; } =
        new((path, content) => YamlEdit.Parse(path, content, Lists), Masking.CredentialProviders);

    /// <summary>
    /// The name of the provider. EKS writes a file with the name of AWS's provider at each boot, so this program is
    /// installed under that name.
    /// </summary>
    public string Name => Platform == NodePlatform.Eks ? EksName : HelperName.Program;

    public string Program => Path.Combine(Paths.BinDirectory, Name);

    /// <summary>On EKS, nodeadm writes the file before the kubelet starts.</summary>
    public bool IsWrittenByPlatform => Platform == NodePlatform.Eks;

    public PlannedChange Plan() =>
        PlannedChange.Of(new DesiredFile(Paths.Config, Format, text => [.. Values((YamlEdit)text)]) { Check = Check });

    private void Check(byte[] content)
    {
        if (ProviderConfigReader.Parse(Paths.Config, content).Problems is [var problem, ..])
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"{problem}; the kubelet would not start with it",
                problem.Line > 0 ? "correct that line; nothing was changed" : "correct the file; nothing was changed"
            );
        }
    }

    private IEnumerable<DesiredValue> Values(YamlEdit text)
    {
        string[] provider = [Providers, Name];
        DesiredValue?[] values =
        [
            IfMissing(text, ProviderConfigReader.Group + ProviderConfigReader.Stable, ["apiVersion"]),
            IfMissing(text, ProviderConfigReader.Kind, ["kind"]),
            IfMissing(
                text,
                ProviderConfigReader.RequestGroup + ProviderConfigReader.Stable,
                [.. provider, "apiVersion"]
            ),
            IfMissing(text, "12h", [.. provider, "defaultCacheDuration"]),
        ];
        return
        [
            .. values.OfType<DesiredValue>(),
            .. Platform == NodePlatform.Eks ? [] : Items(text, [.. provider, "args"], [Argument]),
            .. Items(text, [.. provider, "matchImages"], Hosts),
            .. ForServiceAccounts ? OfServiceAccounts(text, [.. provider, Attributes]) : [],
        ];
    }

    private static IEnumerable<DesiredValue> OfServiceAccounts(YamlEdit text, string[] attributes)
    {
        const string Why = "pods use the role of their service account";
        return
        [
            new DesiredValue([.. attributes, "serviceAccountTokenAudience"], text.Notation("sts.amazonaws.com"), Why),
            new DesiredValue([.. attributes, "cacheType"], text.Notation("ServiceAccount"), Why),
            .. text.Find([.. attributes, "requireServiceAccount"]) is null
                ? (DesiredValue[])[new DesiredValue([.. attributes, "requireServiceAccount"], "false")]
                : [],
            .. Items(text, [.. attributes, AnnotationKeys], [Kubelet.CredentialProviderRequest.RoleAnnotationName]),
        ];
    }

    private static IEnumerable<DesiredValue> Items(YamlEdit text, string[] list, IEnumerable<string> items) =>
        items.Select(item => new DesiredValue([.. list, item], text.Notation(item)));

    private static DesiredValue? IfMissing(YamlEdit text, string value, string[] path) =>
        text.Find(path) is null ? new DesiredValue(path, text.Notation(value)) : null;
}
