namespace CredHelper.Diagnostics;

/// <summary>The names of this program.</summary>
internal static class HelperName
{
    /// <summary>The prefix that docker adds to a helper's name to find its program.</summary>
    public const string Prefix = "docker-credential-";

    /// <summary>The name in <c>credsStore</c> and <c>credHelpers</c>.</summary>
    public const string Short = "ecr-login";

    /// <summary>The name of the program's file.</summary>
    public const string Program = Prefix + Short;

    /// <inheritdoc cref="Program"/>
    public static ReadOnlySpan<byte> ProgramBytes => "docker-credential-ecr-login"u8;
}
