using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace CredHelper.Release;

/// <summary>Where the project is published and who maintains it, from Directory.Build.props.</summary>
internal sealed partial record Project(
    string Url,
    string DownloadUrl,
    string PackagesUrl,
    string ContainerImage,
    string MaintainerName,
    string MaintainerEmail
)
{
    private const string File = "Directory.Build.props";

    /// <summary>The values that a release requires; $(NAME) in a value refers to another property.</summary>
    private static readonly string[] Names =
    [
        "ProjectUrl",
        "DownloadUrl",
        "PackagesUrl",
        "ContainerImage",
        "MaintainerName",
        "MaintainerEmail",
    ];

    public string Maintainer => $"{MaintainerName} <{MaintainerEmail}>";

    /// <param name="properties">The text of Directory.Build.props.</param>
    /// <param name="given">Properties of the command line, which take precedence over the file.</param>
    /// <exception cref="ReleaseException">A value is missing, unknown or not valid.</exception>
    public static Project Read(string properties, IReadOnlyDictionary<string, string> given)
    {
        if (given.Keys.FirstOrDefault(name => !Names.Contains(name)) is { } unknown)
        {
            throw new ReleaseException(
                $"--property {unknown}: unknown property; hint: use one of {string.Join(", ", Names)}"
            );
        }
        var values = XDocument
            .Parse(properties)
            .Descendants()
            .Where(element => !element.HasElements)
            .GroupBy(element => element.Name.LocalName)
            .ToDictionary(group => group.Key, group => group.Last().Value.Trim());
        given.ToList().ForEach(property => values[property.Key] = property.Value);
        var missing = Names.Where(name => values.GetValueOrDefault(name, "").Length == 0).ToList();
        if (missing.Count > 0)
        {
            throw new ReleaseException(
                $"{File}: {string.Join(", ", missing)} not set; hint: set what is missing there, or give "
                    + $"--property {missing[0]}=VALUE"
            );
        }
        string Value(string name) =>
            Reference().Replace(values[name], match => values.GetValueOrDefault(match.Groups[1].Value, ""));
        return new(
            Address(Value, "ProjectUrl"),
            Address(Value, "DownloadUrl"),
            Address(Value, "PackagesUrl"),
            Value("ContainerImage"),
            Value("MaintainerName"),
            MailAddress().IsMatch(Value("MaintainerEmail"))
                ? Value("MaintainerEmail")
                : throw new ReleaseException($"{File}: MaintainerEmail is not an e-mail address")
        );
    }

    private static string Address(Func<string, string> value, string name) =>
        WebAddress().IsMatch(value(name))
            ? value(name).TrimEnd('/')
            : throw new ReleaseException($"{File}: {name} is not a URL: {value(name)}");

    [GeneratedRegex(@"\$\(([A-Za-z]+)\)")]
    private static partial Regex Reference();

    [GeneratedRegex(@"^[a-z]+://\S+$")]
    private static partial Regex WebAddress();

    [GeneratedRegex("^[^@<> ]+@[^@<> ]+$")]
    private static partial Regex MailAddress();
}
