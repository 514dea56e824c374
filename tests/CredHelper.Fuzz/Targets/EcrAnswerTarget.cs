using System.Text;
using System.Text.Json;
using Amazon.Runtime;
using CredHelper.Aws.Ecr;
using CredHelper.Aws.Sources;
using CredHelper.Errors;
using CredHelper.Protocol;
using CredHelper.Registry;

namespace CredHelper.Fuzz.Targets;

/// <summary>
/// The answer to GetAuthorizationToken, from its bytes to the line on standard output; and, as text, what an error
/// says.
/// </summary>
internal sealed class EcrAnswerTarget : IFuzzTarget
{
    private static readonly AwsIdentity Identity = new(new AnonymousAWSCredentials(), "the test");
    private static readonly EcrRegistry Registry = EcrRegistry.OfAccount("123456789012", "us-east-1");
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public string Name => "ecr-answer";

    public void Read(ReadOnlySpan<byte> input)
    {
        string said = ForeignText.Clean(Encoding.UTF8.GetString(input));
        Promise.Holds(
            said.Length <= ForeignText.MaximumLength && !said.Any(char.IsControl),
            "what a server says becomes one short line"
        );
        Promise.Same(said, ForeignText.Clean(said), "a line that is clean stays so");

        AuthorizationTokenResponse response = AuthorizationTokenUnmarshaller.Parse(input.ToArray());
        response.Date = Now;
        IssuedToken token = TokenAnswer.Judge(response, Registry, Identity, Now);
        Promise.Holds(token.Username.Length > 0 && token.Secret.Length > 0, "a token is user and password");
        Promise.Holds(
            !token.ToString()!.Contains(token.Secret, StringComparison.Ordinal) || token.Secret.Length < 8,
            "a token prints no secret"
        );
        using JsonDocument line = JsonDocument.Parse(
            new Credential(Registry.Host, token.Username, token.Secret).ToJsonLine()
        );
        Promise.Same(token.Secret, line.RootElement.GetProperty("Secret").GetString(), "what is printed is what came");
        TokenAnswer.RequireSameRegistry(response.ProxyEndpoint, Registry, Identity);
        Promise.Holds(
            EcrRegistry.TryParse(response.ProxyEndpoint, out EcrRegistry? answered)
                && answered.AccountId == Registry.AccountId
                && answered.Region == Registry.Region,
            "no token of another registry passes"
        );
    }
}
