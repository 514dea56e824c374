using System.Text.Json;
using CredHelper.Aws.Config;
using CredHelper.Diagnostics;

namespace CredHelper.Aws.Sources;

/// <summary>
/// A credential source, described for machines; <see cref="ICredentialSource.Describe"/> is for people.
/// </summary>
/// <param name="kind">One of the kinds in the schema explain.json, such as <c>access-key</c>.</param>
internal sealed class SourceFacts(string kind)
{
    public string? Profile { get; init; }

    public string? RoleArn { get; init; }

    /// <summary>The variable that holds or names the credentials.</summary>
    public string? Variable { get; init; }

    /// <summary>The file with the setting that chose the source, or with its token.</summary>
    public string? File { get; init; }

    /// <summary>The line of that setting.</summary>
    public int? Line { get; init; }

    /// <summary>The source that a role is assumed with.</summary>
    public SourceFacts? From { get; init; }

    /// <summary>Returns the facts of a source that a setting of a profile chooses.</summary>
    public static SourceFacts OfProfile(
        string kind,
        AwsProfile profile,
        string key,
        string? roleArn = null,
        SourceFacts? from = null
    )
    {
        string file = profile.PlaceOf(key, out int? line);
        return new SourceFacts(kind)
        {
            Profile = profile.Name,
            RoleArn = roleArn,
            File = file,
            Line = line,
            From = from,
        };
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", kind);
        writer.WriteString("profile", Profile);
        writer.WriteString("roleArn", RoleArn);
        writer.WriteString("variable", Variable);
        writer.WriteString("file", File);
        writer.WriteNumberOrNull("line", Line);
        writer.WriteOrNull("from", From is { } from ? from.Write : null);
        writer.WriteEndObject();
    }
}
