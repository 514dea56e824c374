using CredHelper.Platform;

namespace CredHelper.JobEnvironment;

/// <summary>
/// Registries that a project names: <c>DOCKER_REGISTRY</c>, then every <c>PREFIX_DOCKER_REGISTRY</c>, each with the
/// same name and <c>_USER</c>, and <c>_PASS</c> or <c>_PASSWORD</c>.
/// </summary>
internal static class NamedRegistries
{
    private const string Name = "DOCKER_REGISTRY";

    public static IEnumerable<EnvironmentEntry> Entries(EnvironmentSnapshot environment)
    {
        var variables = new LoginVariables(environment);
        IEnumerable<string> prefixed = environment
            .NamesFrom("")
            .Where(name =>
                name.EndsWith("_" + Name, StringComparison.Ordinal) && name.Length > "_".Length + Name.Length
            );
        return prefixed
            .Prepend(Name)
            .Select(name => variables.Read(name, name + "_USER", name + "_PASS", name + "_PASSWORD"))
            .OfType<EnvironmentEntry>();
    }
}
