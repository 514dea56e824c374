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
        "another identity, or something between that is not the registry: look at proxies and AWS_ENDPOINT_URL"
    );

    /// <summary>A token requested for this diagnosis.</summary>
    public static ProbedLogin OfFresh(IssuedToken token, string host) =>
        new(new Credential(host, token.Username, token.Secret), "a fresh token", token.Source, OtherIdentity);

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
        string words = $"the credentials of {winner.Source}, which the client uses";
        Remedy remedy = winner switch
        {
            { Via: KubeletResolution.Via, Helper: { } provider } => Remedy.Advise(
                $"look at the settings of {provider}, or: {setup.Text}"
            ),
            { Helper: { } helper } => Remedy.Advise($"sign in again for {HelperProgram.Of(helper)}, or: {setup.Text}"),
            { Source: ConfigSource.Variable } => Remedy.Advise(
                $"remove {winner.Key} from {winner.Source}, or put new credentials there"
            ),
            _ => setup,
        };
        return new ProbedLogin(login, words, $"user {winner.Username ?? "unknown"} of {winner.Source}", remedy);
    }

    public override string ToString() => Words;
}
