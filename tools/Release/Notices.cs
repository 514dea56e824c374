using System.Text;

namespace CredHelper.Release;

/// <summary>
/// THIRD-PARTY-NOTICES.txt: the owners of the components in the program, and the texts of their licences.
/// </summary>
internal static class Notices
{
    private static readonly string Rule = new('-', 72);

    public static byte[] Write(IReadOnlyList<Component> components, string licenses)
    {
        var text = new StringBuilder(
            $"{Installed.Name} contains work of others. The licences' texts are at the end.\n\n"
        );
        foreach (var component in components)
        {
            text.Append($"{component.Name} {component.Version}".TrimEnd())
                .Append($"\n  {component.Copyright}\n  {component.License}\n\n");
        }
        foreach (
            var license in components.Select(component => component.License).Distinct().Order(StringComparer.Ordinal)
        )
        {
            var file = Path.Combine(licenses, license + ".txt");
            if (!File.Exists(file))
            {
                throw new ReleaseException($"no text of the licence {license}: {file}");
            }
            Append(text, license, File.ReadAllText(file));
        }
        // All Microsoft packages contain the same file.
        foreach (
            var group in components
                .Where(component => component.Notices is not null)
                .GroupBy(component => component.Notices)
        )
        {
            Append(text, "Notices of " + string.Join(", ", group.Select(component => component.Name)), group.Key!);
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Append(StringBuilder text, string title, string content) =>
        text.Append($"{Rule}\n{title}\n{Rule}\n\n{content.ReplaceLineEndings("\n").Trim('\n', '\uFEFF')}\n\n");
}
