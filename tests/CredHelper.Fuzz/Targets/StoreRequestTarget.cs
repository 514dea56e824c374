using System.Text;
using System.Text.Json;
using CredHelper.Errors;
using CredHelper.Protocol;

namespace CredHelper.Fuzz.Targets;

/// <summary>The JSON of <c>store</c>, which is also what another helper's <c>get</c> answers.</summary>
internal sealed class StoreRequestTarget : IFuzzTarget
{
    private static readonly string[] Refusals =
    [
        ProtocolText.MissingServerUrl,
        ProtocolText.MissingUsername,
        "the credentials on standard input are longer than 1 MiB",
        "the credentials on standard input are not a JSON object with ServerURL, Username and Secret",
    ];

    public string Name => "store-request";

    public void Read(ReadOnlySpan<byte> input)
    {
        Credential login;
        try
        {
            login = Credential.ParseStoreRequest(input);
        }
        catch (HelperException exception)
        {
            Promise.Holds(
                Refusals.Contains(exception.Message) && exception.Hint is null,
                $"a refusal quotes nothing of the request: {exception.Message}"
            );
            return;
        }
        Promise.Holds(
            login.ServerUrl.Trim() == login.ServerUrl && login.ServerUrl.Length > 0 && login.Username.Length > 0,
            "a login has a server and a user"
        );
        Promise.Holds(
            !login.ToString().Contains(login.Secret, StringComparison.Ordinal)
                || login.Username.Contains(login.Secret, StringComparison.Ordinal)
                || login.ServerUrl.Contains(login.Secret, StringComparison.Ordinal)
                || "@".Contains(login.Secret, StringComparison.Ordinal)
                || $"{login.Username}@{login.ServerUrl}".Contains(login.Secret, StringComparison.Ordinal),
            "a login prints no secret"
        );
        byte[] line = login.ToJsonLine().ToArray();
        Promise.Holds(
            line[^1] == '\n' && !line.AsSpan(0, line.Length - 1).Contains((byte)'\n'),
            "an answer is one line"
        );
        Promise.Same(login, Credential.ParseStoreRequest(line), "an answer can be stored");
        using JsonDocument document = JsonDocument.Parse(line);
        Promise.Same(
            login.Secret,
            document.RootElement.GetProperty("Secret").GetString(),
            "every reader of JSON sees the same secret"
        );
        Promise.Same(
            Encoding.UTF8.GetString(line),
            Encoding.UTF8.GetString(Credential.ParseAnswer(line, login.ServerUrl).ToJsonLine().Span),
            "another helper's answer is passed on as it is"
        );
    }
}
