using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace CredHelper.Release;

/// <summary>The SBOM of a target's program, as SPDX 2.3.</summary>
internal static class Sbom
{
    private const string Name = Installed.Name;
    private const string Root = "SPDXRef-Program";

    public static byte[] Write(Source source, Built program, IReadOnlyList<Component> components)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(program.Content));
        var main = Package(
            Root,
            new(Name, source.Version, $"pkg:generic/{Name}@{source.Version}", "Apache-2.0", "NOASSERTION")
        );
        main["primaryPackagePurpose"] = "APPLICATION";
        main["packageFileName"] = program.Target.FileName;
        main["sourceInfo"] = $"commit {source.Commit}";
        main["checksums"] = new JsonArray(new JsonObject { ["algorithm"] = "SHA256", ["checksumValue"] = hash });
        var packages = new JsonArray(main);
        var relationships = new JsonArray(Relationship("SPDXRef-DOCUMENT", "DESCRIBES", Root));
        foreach (var component in components)
        {
            var id =
                "SPDXRef-"
                + string.Concat(component.Name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-'));
            packages.Add(Package(id, component));
            relationships.Add(Relationship(Root, "STATIC_LINK", id));
        }
        var document = new JsonObject
        {
            ["spdxVersion"] = "SPDX-2.3",
            ["dataLicense"] = "CC0-1.0",
            ["SPDXID"] = "SPDXRef-DOCUMENT",
            ["name"] = $"{Name}-{source.Version}-{program.Target.Name}",
            // The namespace only has to be unique, so it contains the hash of the program.
            ["documentNamespace"] = $"https://spdx.org/spdxdocs/{Name}-{source.Version}-{program.Target.Name}-{hash}",
            ["creationInfo"] = new JsonObject
            {
                ["created"] = source.Time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
                ["creators"] = new JsonArray($"Tool: {Name}-release-{source.Version}"),
            },
            ["packages"] = packages,
            ["relationships"] = relationships,
        };
        return Json.Write(document);
    }

    private static JsonObject Package(string id, Component component)
    {
        var package = new JsonObject { ["SPDXID"] = id, ["name"] = component.Name };
        if (component.Version is not null)
        {
            package["versionInfo"] = component.Version;
        }
        package["downloadLocation"] = "NOASSERTION";
        package["filesAnalyzed"] = false;
        if (component.Package is not null)
        {
            package["sourceInfo"] = component.Package;
        }
        package["licenseConcluded"] = "NOASSERTION";
        package["licenseDeclared"] = component.License;
        package["copyrightText"] = component.Copyright;
        package["externalRefs"] = new JsonArray(
            new JsonObject
            {
                ["referenceCategory"] = "PACKAGE-MANAGER",
                ["referenceType"] = "purl",
                ["referenceLocator"] = component.Purl,
            }
        );
        return package;
    }

    private static JsonObject Relationship(string from, string type, string to) =>
        new()
        {
            ["spdxElementId"] = from,
            ["relationshipType"] = type,
            ["relatedSpdxElement"] = to,
        };
}
