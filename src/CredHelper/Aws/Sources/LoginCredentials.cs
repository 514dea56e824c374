using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CredHelper.Aws.Config;
using CredHelper.Diagnostics;
using CredHelper.Errors;

namespace CredHelper.Aws.Sources;

/// <summary>
/// The console sign-in of `aws login` that a profile's <c>login_session</c> names. It is renewed by one call to the
/// sign-in service, which does not justify a dependency on AWSSDK.Signin.
/// </summary>
internal sealed class LoginCredentials(AwsContext aws, AwsProfile profile, string loginSession) : ICredentialSource
{
    private const string Action = "signin:CreateOAuth2Token";

    private readonly string _words = $"login session of {profile}";
    private readonly string _hint = $"aws login --profile {SettingValue.Argument(profile.Name)}";

    public SourceFacts Facts => SourceFacts.OfProfile("aws-login", profile, "login_session");

    public string Describe()
    {
        SignInFile<LoginToken> file = SignIn();
        return file.Find(LoginToken.Parse) is null ? throw Over(file) : _words;
    }

    /// <exception cref="HelperException">There is no such sign-in, or it has expired.</exception>
    public async Task<AwsIdentity> ResolveAsync(CancellationToken cancellationToken)
    {
        SignInFile<LoginToken> file = SignIn();
        LoginToken token = await file.CurrentAsync(LoginToken.Parse, RenewAsync, cancellationToken) ?? throw Over(file);
        return new AwsIdentity(token.Keys.Credentials, _words);
    }

    private SignInFile<LoginToken> SignIn()
    {
        string directory =
            aws.Environment.PathOf("AWS_LOGIN_CACHE_DIRECTORY", Path.Combine(".aws", "login", "cache"))
            ?? throw new HelperException(
                FailureKind.ExpiredCredentials,
                $"the {_words} cannot be found: the home directory is unknown",
                "set HOME"
            );
        return new SignInFile<LoginToken>(aws.Run, Path.Combine(directory, LoginToken.NameOf(loginSession)));
    }

    private HelperException Over(SignInFile<LoginToken> file) =>
        new(FailureKind.ExpiredCredentials, $"the {_words} {(file.Exists ? "has expired" : "does not exist")}", _hint)
        {
            Command = _hint,
        };

    private async Task<LoginToken> RenewAsync(LoginToken current, CancellationToken cancellationToken)
    {
        string region = RoleRequest.RegionOf(profile) ?? aws.Settings.Region ?? aws.Region;
        string url = aws.FindEndpoint("SIGNIN", current.Region ?? region).Url.TrimEnd('/') + "/v1/token";
        aws.Run.Log.Write($"{_words}: renewing it at {url}");
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(current.RefreshRequest())),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("User-Agent", ProgramVersion.UserAgent);
        request.Headers.TryAddWithoutValidation("DPoP", DPoPProof.Create(current.ProofKey!, "POST", url, aws.Run.Now));
        try
        {
            using HttpClient client = aws.Http.CreateHttpClient(aws.Run.Settings.GetDeadline);
            using HttpResponseMessage response = await client.SendAsync(request, cancellationToken);
            string body = await response.Content.ReadAsStringAsync(cancellationToken);
            if (!response.IsSuccessStatusCode)
                throw Refusal((int)response.StatusCode, body);
            return (ObjectOf(body) is { } answer ? current.Renew(answer, aws.Run.Now) : null)
                ?? throw new HelperException(
                    FailureKind.BadResponse,
                    "the sign-in service returned no token",
                    "check AWS_ENDPOINT_URL_SIGNIN"
                );
        }
        catch (Exception exception)
        {
            throw AwsFailure.Explain(exception, Action, _words);
        }
    }

    private HelperException Refusal(int status, string body)
    {
        string said = EndpointJson.ErrorOf(body);
        return status is >= 400 and < 500
            ? new HelperException(
                FailureKind.ExpiredCredentials,
                $"the {_words} has expired and could not be renewed (status {status}{said})",
                _hint
            )
            {
                Command = _hint,
            }
            : new HelperException(
                FailureKind.Other,
                $"the sign-in service failed with status {status}{said}",
                "try again, and check the AWS Health Dashboard"
            );
    }

    private static JsonObject? ObjectOf(string body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
