namespace CredHelper.Configuration;

/// <summary>
/// The credentials that a section of the registry configuration chooses for its registries: another credential helper,
/// a user name with a password from a file, both from variables, or none.
/// </summary>
internal sealed class RegistryRoute
{
    private readonly RegistrySection _section;

    private RegistryRoute(RegistrySection section) => _section = section;

    /// <summary>The section that chooses them.</summary>
    public RegistrySection Section => _section;

    /// <summary>The section with its file and line, for people.</summary>
    public string Origin => _section.Origin;

    /// <summary>The name of a helper, without the prefix <c>docker-credential-</c>.</summary>
    public string? Helper => _section[RegistryRouteKeys.Helper];

    public string? Username => _section[RegistryRouteKeys.Username];

    public string? PasswordFile => _section[RegistryRouteKeys.PasswordFile];

    public string? UsernameVariable => _section[RegistryRouteKeys.UsernameVariable];

    public string? PasswordVariable => _section[RegistryRouteKeys.PasswordVariable];

    /// <summary>The choice, for people; without secret values.</summary>
    public string Choice =>
        this switch
        {
            { Helper: { } helper } => $"docker-credential-{helper}",
            { PasswordFile: { } file } => $"user {Username} with the password in {file}",
            { PasswordVariable: { } variable } => $"{UsernameVariable} and {variable} of the environment",
            _ => "none (anonymous)",
        };

    /// <summary>Returns null for a section that chooses an AWS identity.</summary>
    public static RegistryRoute? Of(RegistrySection section) =>
        RegistryRouteKeys.IsIn(section) ? new RegistryRoute(section) : null;

    public override string ToString() => $"{Origin}: {Choice}";
}
