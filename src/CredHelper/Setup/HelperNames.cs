using CredHelper.Diagnostics;
using CredHelper.Editing;
using CredHelper.Platform;
using CredHelper.Processes;
using CredHelper.PullResolution;

namespace CredHelper.Setup;

/// <summary>The names of credential helpers in docker configurations, and why setup replaces one.</summary>
internal static class HelperNames
{
    /// <summary>Our helper name (the part after <c>docker-credential-</c>) as a JSON string.</summary>
    public static readonly string Own = JsonEdit.Quote(HelperName.Short);

    /// <summary>
    /// Replaces names of this program that no client can resolve, such as <c>docker-credential-ecr-login</c>, which
    /// would make docker run <c>docker-credential-docker-credential-ecr-login</c>.
    /// </summary>
    /// <param name="environment">The environment of the client.</param>
    /// <param name="config">The path of the docker configuration within its file.</param>
    /// <param name="find">Returns the value at a path of the file.</param>
    /// <param name="names">Returns the names below a path of the file.</param>
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

    /// <summary>Why another helper name is replaced by ours.</summary>
    public static string WhyAnother(string name) =>
        HelperProgram.IsOurs(name)
            ? $"'{name}' makes clients look for {HelperProgram.Of(name)}"
            : $"'{name}' is used for it now";

    /// <summary>In the Windows Subsystem for Linux, a name with <c>.exe</c> can be that of a program.</summary>
    private static bool IsMisspelt(EnvironmentSnapshot environment, string name) =>
        name != HelperName.Short
        && HelperProgram.IsOurs(name)
        && SearchPath.Find(environment, HelperProgram.Of(name)) is null;
}
