using CredHelper.Protocol;

namespace CredHelper.DockerConfig;

/// <summary>An entry of <c>auths</c>; fields that it does not have are empty.</summary>
internal sealed record AuthEntry(string Key)
{
    /// <summary>User and password in base64.</summary>
    public string Auth { get; init; } = "";

    public string Username { get; init; } = "";

    public string Password { get; init; } = "";

    public string IdentityToken { get; init; } = "";

    public string RegistryToken { get; init; } = "";

    /// <summary>Whether it contains credentials: a user with a password, or a token.</summary>
    public bool IsUsable =>
        IdentityToken.Length + RegistryToken.Length > 0 || (Username.Length > 0 && Password.Length > 0);

    /// <summary>Whether all fields are empty, as in the entry that docker writes for a login in a credsStore.</summary>
    public bool IsEmpty => this == new AuthEntry(Key);

    /// <summary>
    /// User and password, or the identity token, which takes precedence; null if there is neither, or if there is a
    /// registry token. Secret.
    /// </summary>
    public Credential? Login
    {
        get
        {
            if (RegistryToken.Length > 0)
                return null;
            if (IdentityToken.Length > 0)
                return new Credential(Key, "<token>", IdentityToken);
            return IsUsable ? new Credential(Key, Username, Password) : null;
        }
    }

    /// <summary>Returns the entry with the user and password of its <c>auth</c>, as docker decodes it.</summary>
    /// <param name="problem">Why docker refuses it; null on success and without <c>auth</c>.</param>
    /// <returns>The entry itself if there is nothing to decode, or docker refuses it.</returns>
    public AuthEntry Decoded(out string? problem)
    {
        problem = null;
        if (Auth.Length == 0)
            return this;
        BasicCredential? login = BasicCredential.Parse(Auth, out problem);
        if (login is { Username.Length: 0 })
            problem = "has no user name";
        return problem is null ? With(login!) : this;
    }

    /// <summary>
    /// Returns the entry as podman decodes it: only <c>auth</c> is used, and without a colon it is empty.
    /// </summary>
    /// <param name="problem">Why podman refuses it; null on success.</param>
    public AuthEntry DecodedByPodman(out string? problem)
    {
        if (BasicCredential.Parse(Auth, out problem) is { } login)
            return With(login);
        if (BasicCredential.IsBase64(Auth))
            problem = null;
        return new AuthEntry(Key);
    }

    /// <summary>Old versions of docker padded passwords with zeros.</summary>
    private AuthEntry With(BasicCredential login) =>
        this with
        {
            Username = login.Username,
            Password = login.Password.Trim('\0'),
        };

    public override string ToString() => Key;
}
