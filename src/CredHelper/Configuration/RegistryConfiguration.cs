using System.Globalization;
using CredHelper.Cache;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Protocol;
using CredHelper.Registry;

namespace CredHelper.Configuration;

/// <summary>
/// Chooses the identity for each registry, from <c>/etc/ecr-login/config</c>, then <c>AWS_ECR_CONFIG</c> or
/// <c>~/.ecr/config</c>. The most specific section wins, of equally specific ones the later one. <c>[default]</c>
/// contains settings that are otherwise variables, for runner managers whose environment cannot be changed.
/// </summary>
internal sealed class RegistryConfiguration
{
    private const string Variable = "AWS_ECR_CONFIG";

    private readonly List<ConfiguredSection> _sections = [];
    private readonly Dictionary<string, RegistrySection> _aliases = new(StringComparer.Ordinal);
    private readonly List<HostPattern[]> _allowed = [];
    private readonly Dictionary<string, string> _defaults = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _defaultOrigins = new(StringComparer.Ordinal);

    private RegistryConfiguration(IEnumerable<RegistrySection> sections)
    {
        foreach (RegistrySection section in sections)
        {
            RegistryConfigurationKeys.Validate(section);
            if (AsciiCase.AreEqual(section.Header, RegistryConfigurationKeys.DefaultHeader))
                AddDefaults(section);
            else if (RegistryConfigurationKeys.AliasHost(section) is { } host)
                _aliases[host] = section;
            else
                Add(section);
        }
    }

    /// <summary>
    /// The settings of <c>[default]</c>, by the variables that they correspond to. The environment takes precedence.
    /// </summary>
    public IReadOnlyDictionary<string, string> Defaults => _defaults;

    /// <summary>The key and file of each of <see cref="Defaults"/>, by variable.</summary>
    public IReadOnlyDictionary<string, string> DefaultOrigins => _defaultOrigins;

    /// <summary>The ECR registries that the configuration names without wildcards, aliases included.</summary>
    public IEnumerable<string> LiteralHosts =>
        _sections
            .Where(entry => entry.Route is null && entry.Pattern.IsLiteral)
            .Select(entry => AsciiCase.ToLower(entry.Pattern.Text))
            .Concat(_aliases.Keys);

    /// <summary>The sections that choose the credentials of their registries, in the order of the files.</summary>
    public IEnumerable<(HostPattern Pattern, RegistryRoute Route)> Routes =>
        _sections.Where(entry => entry.Route is not null).Select(entry => (entry.Pattern, entry.Route!));

    /// <exception cref="HelperException">A file cannot be read or has an invalid line.</exception>
    public static RegistryConfiguration Load(EnvironmentSnapshot environment)
    {
        var sections = new List<RegistrySection>();
        if (CacheKey.SystemRegistryMap is { } system)
        {
            sections.AddRange(RegistryConfigurationFile.Read(system));
            if (sections.Count > 0)
                RequireRootOnly(system);
        }
        if (environment[Variable] is { } named)
            sections.AddRange(RegistryConfigurationFile.Read(environment.ExpandHome(named) ?? named, Variable));
        else if (environment.PathOf(Variable, ".ecr/config") is { } own)
            sections.AddRange(RegistryConfigurationFile.Read(own));
        return new RegistryConfiguration(sections);
    }

    public static RegistryConfiguration Of(IEnumerable<RegistrySection> sections) => new(sections);

    /// <summary>
    /// Returns the section that chooses the identity for a registry. For an alias only its own section counts, not
    /// those of the registry that it refers to.
    /// </summary>
    public RegistrySection? SectionFor(EcrRegistry registry) =>
        registry.Alias is { } alias ? _aliases.GetValueOrDefault(alias) : SectionFor(registry.Host);

    public RegistrySection? SectionFor(string host) =>
        MostSpecific(_sections.Where(entry => entry.Route is null && entry.Pattern.Matches(host)))?.Section;

    /// <summary>
    /// Returns the credentials that the most specific section chooses for a server; null if it chooses an AWS identity,
    /// or if there is no section. A registry of ECR is only matched by sections that name ECR, not by <c>[*]</c>.
    /// </summary>
    public RegistryRoute? RouteFor(string serverUrl)
    {
        if (!RegistryHost.TryParse(serverUrl, out RegistryHost? host) || AliasFor(serverUrl) is not null)
            return null;
        bool isEcr = EcrRegistry.TryParse(serverUrl, out _);
        return MostSpecific(
            _sections.Where(entry =>
                host.Spellings.Any(entry.Pattern.Matches)
                && (entry.Route is null ? isEcr : !isEcr || RegistryShapes.IsNamedIn(entry.Pattern))
            )
        )?.Route;
    }

    /// <summary>
    /// Returns the ECR registry of a server URL, directly or through an alias; null for any other registry, and for one
    /// whose credentials a section chooses.
    /// </summary>
    public EcrRegistry? RegistryFor(string serverUrl)
    {
        if (RouteFor(serverUrl) is not null)
            return null;
        return EcrRegistry.TryParse(serverUrl, out EcrRegistry? registry) ? registry : AliasFor(serverUrl);
    }

    /// <summary>
    /// Returns the ECR registry that a host is an alias of; null for plain http, which never gets a token.
    /// </summary>
    public EcrRegistry? AliasFor(string serverUrl)
    {
        if (_aliases.Count == 0 || ServerUrl.ServerName(serverUrl) is not { } host)
            return null;
        return
            _aliases.TryGetValue(host, out RegistrySection? section)
            && EcrRegistry.TryParse(section["registry"], out EcrRegistry? registry)
            ? registry with
            {
                Alias = host,
            }
            : null;
    }

    /// <summary>
    /// Returns false if an <c>allow</c> list excludes the registry, or the alias it was requested by. The lists of all
    /// files apply: the user's cannot widen the machine's.
    /// </summary>
    public bool Allows(EcrRegistry registry) =>
        Allows(registry.Host) && (registry.Alias is not { } alias || Allows(alias));

    public bool Allows(string host) =>
        _allowed.TrueForAll(list => Array.Exists(list, pattern => pattern.Matches(host)));

    private void Add(RegistrySection section)
    {
        RegistryRoute? route = RegistryRoute.Of(section);
        HostPattern pattern = route is null ? new HostPattern(section.Header) : RegistryRouteKeys.PatternOf(section);
        _sections.Add(new ConfiguredSection(pattern, section, route));
    }

    /// <summary>Returns the most specific section; of equally specific ones the later one.</summary>
    private static ConfiguredSection? MostSpecific(IEnumerable<ConfiguredSection> sections) =>
        sections.Reverse().MaxBy(entry => entry.Pattern.Weight);

    private void AddDefaults(RegistrySection section)
    {
        foreach ((string key, MapValue value) in section.Values)
        {
            if (key == RegistryConfigurationKeys.Allow)
            {
                _allowed.Add([.. RegistryConfigurationKeys.Patterns(value.Text).Select(text => new HostPattern(text))]);
                continue;
            }
            string variable = RegistryConfigurationKeys.VariableOf(key);
            _defaults[variable] = value.Text;
            _defaultOrigins[variable] = $"{key} in {section.File}:{value.Line}";
        }
    }

    /// <summary>
    /// Requires a file that only root can write: a policy for the whole machine that users can edit would not be one,
    /// and ignoring it would widen it.
    /// </summary>
    private static void RequireRootOnly(string path)
    {
        if (!OperatingSystem.IsLinux())
            return;
        const UnixFileMode GroupAndOthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        if (
            FileStatus.Of(path) is { } status
            && (status.UserId != 0 || (status.Permissions & GroupAndOthersWrite) != 0)
        )
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"{path} can be written by other users than root",
                $"chown root {ShellWord.Quote(path)} && chmod 644 {ShellWord.Quote(path)}"
            );
        }
    }

    private sealed record ConfiguredSection(HostPattern Pattern, RegistrySection Section, RegistryRoute? Route);
}
