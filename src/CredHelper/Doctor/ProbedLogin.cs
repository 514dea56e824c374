using CredHelper.Aws.Ecr;
using CredHelper.Diagnostics;
using CredHelper.Protocol;
using CredHelper.PullResolution;

namespace CredHelper.Doctor;

/// <summary>Credentials to try on a registry.</summary>
/// <param name="Credential">Secret.</param>
/// <param name="Words">How messages call them, as in "the registry accepts …".</param>
/// <param name="Identity">Whom they belong to.</param>
/// <param name="Remedy">The fix if the registry refuses them.</param>
internal sealed record ProbedLogin(Credential Credential, string Words, string Identity, Remedy Remedy)
{
    private static readonly Remedy OtherIdentity = Remedy.Advise(
        "check the proxy settings and AWS_ENDPOINT_URL, or use another identity"
    );

    /// <summary>A token requested for this diagnosis.</summary>
    public static ProbedLogin OfFresh(IssuedToken token, string host) =>
        new(new Credential(host, token.Username, token.Secret), "a new token", token.Source, OtherIdentity);

    /// <summary>The credentials that the client uses; null if the pull is anonymous.</summary>
    /// <param name="winner">The candidate that the client uses.</param>
    /// <param name="fresh">The new token of the identity, if there is one.</param>
    /// <param name="setup">The command that replaces other credentials with this program.</param>
    public static ProbedLogin? OfWinner(Candidate? winner, IssuedToken? fresh, Remedy setup)
    {
        if (winner is not { IsUsable: true, Login: { } login })
            return null;
        if (winner.Helper == HelperName.Short)
            return new ProbedLogin(login, "the token", fresh?.Source ?? winner.Source, OtherIdentity);
        string words = $"the client's credentials from {winner.Source}";
        Remedy remedy = winner switch
        {
            { Via: KubeletResolution.Via, Helper: { } provider } => Remedy.Advise(
                $"check the settings of {provider}, or run: {setup.Text}"
            ),
            { Helper: { } helper } => Remedy.Advise(
                $"sign in again with {HelperProgram.Of(helper)}, or run: {setup.Text}"
            ),
            { Source: ConfigSource.Variable } => Remedy.Advise(
                $"remove {winner.Key} from {winner.Source}, or replace its credentials"
            ),
            _ => setup,
        };
        return new ProbedLogin(login, words, $"user {winner.Username ?? "unknown"} from {winner.Source}", remedy);
    }

    public override string ToString() => Words;
}
