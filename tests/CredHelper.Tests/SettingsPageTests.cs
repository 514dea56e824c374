using System.Text.RegularExpressions;
using CredHelper.Configuration;

namespace CredHelper.Tests;

/// <summary>
/// docs/reference/settings.md lists the variables, keys and files that the sources name, and no others.
/// </summary>
public sealed partial class SettingsPageTests
{
    private const string Variables = "Environment variables",
        Profiles = "AWS profiles",
        Registries = "Registry configuration",
        Files = "Files";

    /// <summary>Words in capitals that the sources contain and that are not variables to set.</summary>
    private static readonly string[] NotVariables =
    [
        // Beginnings and endings of names.
        "AWS_",
        "AWS_ECR_",
        "CI_",
        "DOCKER_",
        "GITLAB_",
        "SSL_CERT_",
        // Examples in hints.
        "ECR_ID_TOKEN",
        "REGISTRY_PASSWORD",
        "REGISTRY_USER",
        // Names of arguments in the help.
        "REGISTRY",
        "SOURCE",
        // Set for the libraries in this process, never read.
        "AWS_CSM_ENABLED",
        "OPENSSL_CONF",
        // Set in the environment of a runner service on Windows, never read.
        "APPDATA",
        "LOCALAPPDATA",
        // An error code of registries, and a property of the .NET host.
        "NAME_UNKNOWN",
        "TRUSTED_PLATFORM_ASSEMBLIES",
    ];

    /// <summary>Variables whose names the sources put together, and the text that they do it with.</summary>
    private static readonly (string Name, string File, string Text)[] Composed =
    [
        ("AWS_SESSION_TOKEN_<account>", "src/CredHelper/Aws/Sources/AccessKey.cs", "TokenVariable"),
        ("AWS_ENDPOINT_URL_ECR", "src/CredHelper/Aws/AwsEndpoint.cs", "\"ECR\""),
        ("AWS_ENDPOINT_URL_ECR_PUBLIC", "src/CredHelper/Aws/AwsEndpoint.cs", "\"ECR PUBLIC\""),
        ("AWS_ENDPOINT_URL_STS", "src/CredHelper/Aws/AwsEndpoint.cs", "\"STS\""),
        ("AWS_ENDPOINT_URL_SSO", "src/CredHelper/Aws/AwsEndpoint.cs", "\"SSO\""),
        ("AWS_ENDPOINT_URL_SSO_OIDC", "src/CredHelper/Aws/AwsEndpoint.cs", "\"SSO OIDC\""),
        ("AWS_ENDPOINT_URL_SIGNIN", "src/CredHelper/Aws/AwsEndpoint.cs", "\"SIGNIN\""),
        ("<prefix>_DOCKER_REGISTRY", "src/CredHelper/JobEnvironment/NamedRegistries.cs", "\"_\" + Name"),
        ("DOCKER_<host>_USR", "src/CredHelper/JobEnvironment/HostNamedVariables.cs", "\"_USR\""),
        ("DOCKER_<host>_PSW", "src/CredHelper/JobEnvironment/HostNamedVariables.cs", "\"_PSW\""),
    ];

    /// <summary>Words of AWS's protocols in the sources of <c>Aws</c> that are not keys of a profile.</summary>
    private static readonly string[] NotProfileKeys = ["error_description", "refresh_token"];

    /// <summary>Files that are described without a literal path in the sources.</summary>
    private static readonly string[] OtherFiles =
    [
        "~/.ecr/tokens-v1",
        "~/.ecr/logins-v1",
        "~/.ecr/setup-v1",
        "FILE.before-ecr-login",
        "~/.aws/sso/cache",
        "~/.aws/cli/cache",
        "~/.aws/login/cache",
        "~/.dockercfg",
        "~/.config/containers/auth.json",
        "/var/lib/rancher/credentialprovider",
    ];

    private static readonly string Page = Repository.Read("docs", "reference", "settings.md");

    [Fact]
    public void HasTheVariablesOfTheSources()
    {
        string[] inSources =
        [
            .. Sources("src")
                .SelectMany(text => Variable().Matches(text).Concat(ReadVariable().Matches(text)))
                .Select(match => match.Groups["name"].Value)
                .Distinct()
                .Except(NotVariables)
                .Concat(Composed.Select(variable => Bare(variable.Name))),
        ];

        Assert.Equal(Sorted(inSources), Sorted(Names(Variables).Select(Bare)));
    }

    [Fact]
    public void ExceptsOnlyWordsThatAreThere()
    {
        string all = string.Concat(Sources("src"));

        Assert.All(NotVariables, name => Assert.Contains($"\"{name}", all, StringComparison.Ordinal));
        Assert.All(NotProfileKeys, name => Assert.Contains($"\"{name}\"", all, StringComparison.Ordinal));
        Assert.All(
            Composed,
            variable =>
                Assert.Contains(variable.Text, Repository.Read(variable.File.Split('/')), StringComparison.Ordinal)
        );
    }

    [Fact]
    public void HasTheKeysOfProfiles()
    {
        string[] inSources =
        [
            .. Sources("src/CredHelper/Aws")
                .SelectMany(text => Key().Matches(text).Concat(ReadKey().Matches(text)))
                .Select(match => match.Groups["name"].Value)
                .Distinct()
                .Except(NotProfileKeys),
        ];

        Assert.Equal(Sorted(inSources), Sorted(Names(Profiles)));
    }

    [Fact]
    public void HasTheKeysOfTheRegistryConfiguration() =>
        Assert.Equal(
            Sorted(RegistryConfigurationKeys.OfRegistry.Concat(RegistryConfigurationKeys.OfDefault)),
            Sorted(Names(Registries))
        );

    [Fact]
    public void NamesTheVariableOfEachKeyOfTheDefaultSection() =>
        Assert.Equal(
            [],
            RegistryConfigurationKeys
                .OfDefault.Where(key => key != RegistryConfigurationKeys.Allow)
                .Select(RegistryConfigurationKeys.VariableOf)
                .Except(Names(Variables))
        );

    [Fact]
    public void NamesFilesThatTheSourcesName()
    {
        string all = string.Concat(Sources("src"));

        Assert.Equal(
            [],
            Names(Files)
                .Except(OtherFiles)
                .Where(file =>
                    !all.Contains($"\"{file.Replace("~/", "", StringComparison.Ordinal)}", StringComparison.Ordinal)
                )
        );
    }

    /// <summary>What is between backquotes in the first column of the tables of a section.</summary>
    private static IEnumerable<string> Names(string section)
    {
        string text = Page.Split($"\n## {section}\n")[1].Split("\n## ")[0];
        return text.Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => Quoted().Matches(line.Split('|')[1]))
            .Select(match => match.Groups["name"].Value);
    }

    private static string Bare(string name) => Placeholder().Replace(name, "");

    private static IEnumerable<string> Sorted(IEnumerable<string> names) => names.Order(StringComparer.Ordinal);

    private static IEnumerable<string> Sources(string folder) =>
        Repository.Files(folder, "*.cs").Select(File.ReadAllText);

    [GeneratedRegex("\"(?<name>[A-Z][A-Z0-9]*(_[A-Z0-9]+)+_?|[A-Z]+_)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();

    [GeneratedRegex("(\\[|Get\\(|PathOf\\()\"(?<name>[A-Z]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex ReadVariable();

    [GeneratedRegex("\"(?<name>[a-z][a-z0-9]*(_[a-z0-9]+)+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Key();

    [GeneratedRegex("(rofile\\[|Word\\(|Find\\()\"(?<name>[a-z]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex ReadKey();

    [GeneratedRegex("`(?<name>[^`]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Quoted();

    [GeneratedRegex("<[a-z]+>", RegexOptions.ExplicitCapture)]
    private static partial Regex Placeholder();
}
