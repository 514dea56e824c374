using System.Text;
using CredHelper.Configuration;
using CredHelper.Platform;
using CredHelper.Registry;

namespace CredHelper.Fuzz.Targets;

/// <summary>
/// The registry map: whatever it says, only ECR's own names and its aliases over https have a registry, and
/// <c>allow</c> holds.
/// </summary>
internal sealed class RegistryMapTarget : IFuzzTarget
{
    private static readonly string[] Hosts =
    [
        "123456789012.dkr.ecr.us-east-1.amazonaws.com",
        "210987654321.dkr.ecr-fips.us-gov-west-1.amazonaws.com",
        "public.ecr.aws",
    ];

    private static readonly EnvironmentSnapshot Nothing = new([]);

    public string Name => "registry-map";

    public void Read(ReadOnlySpan<byte> input)
    {
        string text = Encoding.UTF8.GetString(input).TrimStart('\uFEFF');
        IReadOnlyList<RegistrySection> sections = RegistryConfigurationFile.Parse("config", text);
        RegistryConfiguration configuration = RegistryConfiguration.Of(sections);
        foreach (string host in configuration.LiteralHosts.Take(16).Concat(Hosts))
        {
            Promise.Holds(configuration.AliasFor("http://" + host) is null, "plain http never has a token");
            if (configuration.AliasFor(host) is { } alias)
            {
                Promise.Holds(EcrRegistry.TryParse(alias.Host, out _), "an alias stands for a registry of ECR");
                Promise.Holds(
                    configuration.Allows(alias)
                        == (configuration.Allows(alias.Host) && configuration.Allows(alias.Alias!)),
                    "allow names alias and registry"
                );
                _ = IdentityChoice.Of(alias, configuration, Nothing);
            }
            if (!EcrRegistry.TryParse(host, out EcrRegistry? registry))
                continue;
            IdentityChoice choice = IdentityChoice.Of(registry, configuration, Nothing);
            Promise.Holds(
                configuration.SectionFor(registry.Host) is not null || choice == IdentityChoice.Ambient,
                "without a section the environment decides"
            );
        }
        // A list that names nothing of a host turns it away, whatever else the file says.
        RegistryConfiguration strict = RegistryConfiguration.Of([
            .. sections,
            .. RegistryConfigurationFile.Parse("system", "[default]\nallow = public.ecr.aws"),
        ]);
        Promise.Holds(!strict.Allows(Hosts[0]) && !strict.Allows(Hosts[1]), "no other file widens the machine's list");
    }
}
