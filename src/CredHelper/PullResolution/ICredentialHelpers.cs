using CredHelper.Protocol;

namespace CredHelper.PullResolution;

/// <summary>The answer of a credential helper: credentials, not found, or a failure.</summary>
internal sealed record HelperAnswer(Outcome Outcome, Credential? Login = null, string? Failure = null)
{
    /// <summary>With this user name, a helper marks its secret as an identity token.</summary>
    public const string TokenUser = "<token>";

    /// <summary>Whether the answer contains neither a user name nor a secret.</summary>
    public bool IsBlank =>
        Login is null || Login.Secret.Length + (Login.Username == TokenUser ? 0 : Login.Username.Length) == 0;

    public static HelperAnswer Failed(string failure) => new(Outcome.Failed, null, failure);

    public static HelperAnswer Of(Credential login) =>
        new(login.Username.Length > 0 && login.Secret.Length > 0 ? Outcome.Credentials : Outcome.Empty, login);

    public override string ToString() => Outcome.ToString();
}

/// <summary>The credential helpers that configurations name.</summary>
internal interface ICredentialHelpers
{
    bool IsOnPath(string program);

    HelperAnswer Get(string helper, string key);

    /// <summary>The keys that <c>list</c> prints.</summary>
    IReadOnlyList<string> List(string helper, out string? failure);
}
