using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.JobEnvironment;
using CredHelper.Network.Http;
using CredHelper.Platform;
using CredHelper.Protocol;
using CredHelper.PullResolution;

namespace CredHelper.Doctor.Checks;

/// <summary>
/// <c>--job-token</c>: checks whether GitLab's registry lets the job token pull the image, following its Bearer
/// challenge (distribution's token authentication specification).
/// </summary>
internal sealed class JobTokenCheck : ICheck
{
    private const string Denied =
        "get at least the Developer role in that project, and add your project to its Settings > CI/CD > "
        + "Job token permissions";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10),
        ConnectTimeout = TimeSpan.FromSeconds(5);

    public string? Progress => "contacting GitLab's registry";

    public IEnumerable<Finding> Run(CheckContext context)
    {
        if (context.Helper is not { } helper)
            return [];
        return context.Client.JobTokens.SelectMany(job => Try(context, helper, job));
    }

    private static IEnumerable<Finding> Try(CheckContext context, HelperContext helper, JobToken job)
    {
        if (job.Secret.Length == 0 || job.Registry.Length == 0)
        {
            yield return Finding.Fail(
                "ECR310",
                $"--job-token requires {GitLabRegistry.JobTokenVariable} and {GitLabRegistry.HostVariable}, "
                    + "which are not set",
                Remedy.Advise("run it in a job, or export both; the token expires with its job")
            );
            yield break;
        }
        List<string> images =
        [
            .. context.Images.Where(image =>
                CheckContext.IsImage(image) && AsciiCase.AreEqual(ImagePath.HostOf(image), job.Registry)
            ),
        ];
        if (images.Count == 0)
            images.Add(job.Registry + "/");
        foreach (string image in images)
        {
            if (context.IsOffline)
                yield return Finding.Skip("ECR310", $"{job.Registry}: job token not checked (--offline)");
            else
                yield return Ask(context, helper, job, image);
        }
    }

    private static Finding Ask(CheckContext context, HelperContext helper, JobToken job, string image)
    {
        try
        {
            return Deadline.Within(Timeout * 2, cancellationToken => AskAsync(helper, job, image, cancellationToken));
        }
        catch (HelperException exception)
        {
            return Finding
                .Fail("ECR310", $"{job.Registry}: {exception.Message}", context.Commands.Of(exception))
                .On([.. Subject.Of(exception, job.Registry)]);
        }
    }

    private static async Task<Finding> AskAsync(
        HelperContext helper,
        JobToken job,
        string image,
        CancellationToken cancellationToken
    )
    {
        using var http = new HttpClients(helper.Environment, null, ConnectTimeout);
        HttpClient client = http.CreateHttpClient(Timeout);
        var root = new Uri($"https://{job.Registry}/v2/");
        using HttpResponseMessage first = await SendAsync(client, root, null, cancellationToken);
        if (first.StatusCode == HttpStatusCode.OK)
            return Finding.Ok("ECR310", $"{job.Registry} does not require credentials");
        AuthenticationHeaderValue? challenge = first.Headers.WwwAuthenticate.FirstOrDefault();
        string repository = RepositoryOf(image);
        string basic = new BasicCredential(job.Username, job.Secret).ToBase64();
        if (
            challenge is not { Scheme: "Bearer", Parameter: { } parameter }
            || Parameter(parameter, "realm") is not { } realm
        )
        {
            using HttpResponseMessage second = await SendAsync(client, root, basic, cancellationToken);
            return Judge(second.StatusCode, job, image);
        }
        string query =
            $"service={Uri.EscapeDataString(Parameter(parameter, "service") ?? "")}"
            + $"{(repository.Length > 0 ? $"&scope=repository:{Uri.EscapeDataString(repository)}:pull" : "")}";
        if (
            !Uri.TryCreate(
                $"{realm}{(realm.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{query}",
                UriKind.Absolute,
                out Uri? place
            )
            || place.Scheme != Uri.UriSchemeHttps
        )
        {
            return Finding.Fail(
                "ECR310",
                $"{job.Registry} names {ForeignText.Clean(realm)} as its token server, which is not an https URL",
                Remedy.Advise("check the proxy settings: this is not the answer of GitLab's registry")
            );
        }

        using HttpResponseMessage answer = await SendAsync(client, place, basic, cancellationToken);
        return Judge(answer.StatusCode, job, image);
    }

    private static Finding Judge(HttpStatusCode status, JobToken job, string image) =>
        (int)status switch
        {
            200 => Finding.Ok(
                "ECR310",
                $"{job.Registry} accepts the job token of {job.Username}"
                    + $"{(RepositoryOf(image) is { Length: > 0 } repository ? $" for {repository}" : "")}"
            ),
            401 or 403 => Finding.Fail(
                "ECR310",
                $"{job.Registry} denies the job token"
                    + $"{(RepositoryOf(image) is { Length: > 0 } repository ? $" for {repository}" : "")}",
                Remedy.Advise(Denied + "; the token expires with its job")
            ),
            _ => Finding.Fail(
                "ECR310",
                $"{job.Registry} responds with {(int)status} to the job token",
                Remedy.Advise("try again, then check the GitLab server")
            ),
        };

    private static string RepositoryOf(string image)
    {
        string path = ImagePath.OfImage(image);
        int slash = path.IndexOf('/');
        return slash < 0 ? "" : path[(slash + 1)..].Split('@')[0];
    }

    private static string? Parameter(string challenge, string name)
    {
        int start = challenge.IndexOf(name + "=\"", StringComparison.Ordinal);
        if (start < 0)
            return null;
        start += name.Length + 2;
        int end = challenge.IndexOf('"', start);
        return end < 0 ? null : challenge[start..end];
    }

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient client,
        Uri url,
        string? basic,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (basic is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", basic);
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (Exception exception)
            when (!cancellationToken.IsCancellationRequested && NetworkFailure.From(exception, url) is { } known)
        {
            throw known;
        }
    }
}
