using CredHelper.Diagnostics;
using CredHelper.Editing;
using CredHelper.Platform;
using CredHelper.Processes;
using CredHelper.PullResolution;

namespace CredHelper.Setup;

/// <summary>What docker configurations call credential helpers, and why a setup replaces it.</summary>
internal static class HelperNames
{
    /// <summary>Our name behind <c>docker-credential-</c>, in JSON.</summary>
    public static readonly string Own = JsonEdit.Quote(HelperName.Short);

    /// <summary>
    /// Entries that mean this program and that no client finds, such as <c>docker-credential-ecr-login</c>: with our
    /// name instead.
    /// </summary>
    /// <param name="environment">Of the client.</param>
    /// <param name="config">The path of the docker config in its file.</param>
    /// <param name="find">The value at a path of the file.</param>
    /// <param name="names">The names below a path of the file.</param>
    public static IEnumerable<DesiredValue> Corrected(
        EnvironmentSnapshot environment,
        string[] config,
        Func<string[], string?> find,
        Func<string[], IReadOnlyList<string>> names
    )
    {
        string[] helpers = [.. config, "credHelpers"];
        string[][] paths =
        [
            [.. config, "credsStore"],
            .. names(helpers).Select(host => (string[])[.. helpers, host]),
        ];
        return from path in paths
            let name = JsonEdit.Unquote(find(path))
            where name is not null && IsMisspelt(environment, name)
            select new DesiredValue(path, Own, WhyAnother(name));
    }

    /// <summary>Why a name that stands where ours should is replaced.</summary>
    public static string WhyAnother(string name) =>
        HelperProgram.IsOurs(name)
            ? $"with '{name}' clients look for {HelperProgram.Of(name)}"
            : $"'{name}' is asked for it now";

    /// <summary>Under Windows' subsystem for Linux a name with <c>.exe</c> may lead to a program.</summary>
    private static bool IsMisspelt(EnvironmentSnapshot environment, string name) =>
        name != HelperName.Short
        && HelperProgram.IsOurs(name)
        && SearchPath.Find(environment, HelperProgram.Of(name)) is null;
}
