using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.Runtime.Internal.Endpoints.StandardLibrary;
using CredHelper.Aws.Config;
using CredHelper.Diagnostics;
using CredHelper.Errors;

namespace CredHelper.Aws.Sources;

/// <summary>
/// The console sign-in of `aws login`, that a profile's <c>login_session</c> names. Renewed at the sign-in service by
/// one
/// call of our own: AWSSDK.Signin would be a package more for it.
/// </summary>
internal sealed class LoginCredentials(AwsContext aws)
{
    private const string Action = "signin:CreateOAuth2Token";

    /// <exception cref="HelperException">There is no such sign-in, or it is over.</exception>
    public async Task<AwsIdentity> ResolveAsync(
        AwsProfile profile,
        string loginSession,
        CancellationToken cancellationToken
    )
    {
        string words = $"login session of {profile}",
            hint = $"aws login --profile {SettingValue.Argument(profile.Name)}";
        string directory =
            aws.Environment.PathOf("AWS_LOGIN_CACHE_DIRECTORY", Path.Combine(".aws", "login", "cache"))
            ?? throw new HelperException(
                FailureKind.ExpiredCredentials,
                $"the {words} cannot be looked for: there is no home directory",
                "set HOME"
            );
        string path = Path.Combine(directory, LoginToken.NameOf(loginSession));
        bool isThere = File.Exists(path);
        string region = profile.Word("region") ?? aws.Settings.Region ?? aws.Region;
        LoginToken? token = await new SignInFile<LoginToken>(aws.Run, path).CurrentAsync(
            LoginToken.Parse,
            (current, end) => RenewAsync(current, region, words, hint, end),
            cancellationToken
        );
        return token is not null
            ? new AwsIdentity(token.Keys.Credentials, words)
            : throw new HelperException(
                FailureKind.ExpiredCredentials,
                $"the {words} {(isThere ? "has expired" : "is not there")}",
                hint
            );
    }

    private async Task<LoginToken> RenewAsync(
        LoginToken current,
        string region,
        string words,
        string hint,
        CancellationToken cancellationToken
    )
    {
        string url = Endpoint(current.Region ?? region) + "/v1/token";
        aws.Run.Log.Write($"{words}: renewing it at {url}");
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
                throw Refusal((int)response.StatusCode, body, words, hint);
            return (ObjectOf(body) is { } answer ? current.Renew(answer, aws.Run.Now) : null)
                ?? throw new HelperException(
                    FailureKind.BadResponse,
                    "the sign-in service answered without a token",
                    "check AWS_ENDPOINT_URL_SIGNIN"
                );
        }
        catch (Exception exception)
        {
            throw AwsFailure.Explain(exception, Action, words);
        }
    }

    /// <summary>As in the endpoint rules of the service's model.</summary>
    private string Endpoint(string region)
    {
        if (aws.Settings.EndpointUrl("SIGNIN") is { } custom)
            return custom.Url.AbsoluteUri.TrimEnd('/');
        Partition partition = Fn.Partition(region);
        return partition.name switch
        {
            "aws" => $"https://{region}.signin.aws.amazon.com",
            "aws-cn" => $"https://{region}.signin.amazonaws.cn",
            "aws-us-gov" => $"https://{region}.signin.amazonaws-us-gov.com",
            _ => $"https://signin.{region}.{partition.dnsSuffix}",
        };
    }

    private static HelperException Refusal(int status, string body, string words, string hint)
    {
        string said = EndpointJson.ErrorOf(body);
        return status is >= 400 and < 500
            ? new HelperException(
                FailureKind.ExpiredCredentials,
                $"the {words} has expired and is not renewed (status {status}{said})",
                hint
            )
            : new HelperException(
                FailureKind.Other,
                $"the sign-in service fails with status {status}{said}",
                "try again; see the AWS Health Dashboard"
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
