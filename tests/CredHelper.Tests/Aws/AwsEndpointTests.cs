using Amazon.Runtime.Endpoints;
using Amazon.SecurityToken.Internal;
using Amazon.SSO.Internal;
using Amazon.SSOOIDC.Internal;
using CredHelper.Aws;

namespace CredHelper.Tests.Aws;

/// <summary>
/// The endpoints equal those of the service models' rules, as botocore and the AWS SDK evaluate them.
/// </summary>
public sealed class AwsEndpointTests
{
    /// <summary>The models of earlier versions lack current dual-stack and FIPS names and newer partitions.</summary>
    private static readonly Version Current = new(1, 37);

    private const string Evaluate = """
        import botocore, botocore.session
        print(botocore.__version__)
        from botocore.endpoint_provider import EndpointProvider
        loader = botocore.session.get_session().get_component('data_loader')
        partitions = loader.load_data('partitions')
        regions = [r for p in partitions['partitions'] for r in p['regions'] if not r.endswith('-global')]
        regions += ['us-east-99', 'cn-new-7', 'us-isof-west-9', 'eu-isoe-east-2']
        def given(service, region, fips, dual):
            more = {'UseGlobalEndpoint': False} if service == 'sts' else {}
            return {'Region': region, 'UseFIPS': fips, 'UseDualStack': dual, **more}
        for service in ('ecr', 'ecr-public', 'sts', 'sso', 'sso-oidc'):
            rules = EndpointProvider(loader.load_service_model(service, 'endpoint-rule-set-1'), partitions)
            for region in regions:
                for fips in (False, True):
                    for dual in (False, True):
                        try:
                            url = rules.resolve_endpoint(**given(service, region, fips, dual)).url
                        except Exception as e:
                            url = '!'
                        print(service, region, fips, dual, url)
        """;

    [Fact]
    public async Task AreOursForEveryRegionAndVariant()
    {
        (Version version, string[] cases) = await EvaluateAsync();
        Assert.InRange(cases.Length, 200, 10_000);
        if (version < Current)
        {
            cases =
            [
                .. cases.Where(line => line.Contains(" False False ", StringComparison.Ordinal) && !IsMadeUp(line)),
            ];
        }

        Assert.Equal(
            [],
            cases
                .Where(line => Ours(line.Split(' ')) != line)
                .Select(line => $"botocore {version}: {line}; ours: {Ours(line.Split(' '))}")
        );
        if (version < Current)
            Assert.Skip($"botocore {version} is older than today's FIPS and dual-stack names; the others are equal");
    }

    [Theory]
    [InlineData("STS")]
    [InlineData("SSO")]
    [InlineData("SSO OIDC")]
    public void AreThoseOfTheSdk(string serviceId)
    {
        IEndpointProvider provider = serviceId switch
        {
            "STS" => new AmazonSecurityTokenServiceEndpointProvider(),
            "SSO" => new AmazonSSOEndpointProvider(),
            _ => new AmazonSSOOIDCEndpointProvider(),
        };
        string[] regions =
        [
            .. Amazon.RegionEndpoint.EnumerableAllRegions.Select(region => region.SystemName),
            "us-east-99",
            "cn-new-7",
            "us-isof-west-9",
            "xx-new-1",
        ];
        foreach (string region in regions)
        {
            foreach (
                (bool fips, bool dual) in ((bool, bool)[])[(false, false), (false, true), (true, false), (true, true)]
            )
            {
                var given = new EndpointParameters
                {
                    ["Region"] = region,
                    ["UseFIPS"] = fips,
                    ["UseDualStack"] = dual,
                    ["UseGlobalEndpoint"] = false,
                };
                Assert.Equal(provider.ResolveEndpoint(given).URL, AwsEndpoint.Of(serviceId, region, fips, dual).Url);
            }
        }
    }

    private static bool IsMadeUp(string line) =>
        line.Contains("isof", StringComparison.Ordinal) || line.Contains("isoe", StringComparison.Ordinal);

    /// <summary>Evaluates the rules with the newest installed botocore.</summary>
    private static async Task<(Version Version, string[] Cases)> EvaluateAsync()
    {
        (Version Version, string[] Cases)? newest = null;
        foreach (
            string python in ((string?[])[Programs.Find("python3"), "/usr/bin/python3"])
                .OfType<string>()
                .Distinct()
                .Where(File.Exists)
        )
        {
            ProgramRun run = await Programs.RunAsync(python, ["-c", Evaluate], null, "");
            if (run.ExitCode != 0)
                continue;
            string[] lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var version = Version.Parse(lines[0]);
            if (newest is null || version > newest.Value.Version)
                newest = (version, lines[1..]);
        }
        if (newest is null)
            Assert.Skip("python3-botocore is not installed");
        return newest.Value;
    }

    private static string Ours(string[] given)
    {
        string serviceId = given[0].Replace('-', ' ').ToUpperInvariant();
        string url = AwsEndpoint.Of(serviceId, given[1], given[2] == "True", given[3] == "True").Url;
        return string.Join(' ', [.. given[..4], url]);
    }
}
