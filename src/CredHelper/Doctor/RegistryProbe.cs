using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text.Json;
using CredHelper.Aws.Ecr;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Network.Http;
using CredHelper.Protocol;
using CredHelper.Registry;

namespace CredHelper.Doctor;

/// <summary>
/// Tries the steps of a pull: <c>/v2/</c>, the manifest, and one byte of a layer after its redirect (OCI distribution
/// specification).
/// </summary>
internal sealed class RegistryProbe(HelperContext context, EcrRegistry registry, ProbedLogin login)
{
    private const int LargestManifest = 8 * 1024 * 1024;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10),
        ConnectTimeout = TimeSpan.FromSeconds(5);

    private static readonly string[] ManifestTypes =
    [
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    ];

    private string Host => registry.Host;

    public async Task<ProbeResult> RunAsync(IReadOnlyList<string> images, CancellationToken cancellationToken)
    {
        using var http = new HttpClients(context.Environment, null, ConnectTimeout);
        HttpClient client = http.CreateHttpClient(Timeout);
        var findings = new List<Finding>();
        try
        {
            using HttpResponseMessage root = await SendAsync(
                client,
                HttpMethod.Get,
                new Uri($"https://{Host}/v2/"),
                null,
                cancellationToken
            );
            findings.Add(
                root.StatusCode == HttpStatusCode.OK
                    ? Finding.Ok("ECR506", $"{Host} accepts {login.Words}")
                    : Finding.Fail(
                        "ECR506",
                        $"{Host}/v2/ responds with {(int)root.StatusCode} to {login.Words}",
                        login.Remedy
                    )
            );
            if (root.StatusCode != HttpStatusCode.OK)
                return new ProbeResult(findings) { IsRefused = true };
            foreach (string image in images)
                await PullAsync(client, image, findings, cancellationToken);
        }
        catch (HelperException exception)
        {
            return new ProbeResult(findings) { Failure = exception };
        }
        return new ProbeResult(findings);
    }

    private async Task PullAsync(
        HttpClient client,
        string image,
        List<Finding> findings,
        CancellationToken cancellationToken
    )
    {
        (string repository, string reference) = Split(image);
        JsonDocument? manifest = await ManifestAsync(client, image, repository, reference, findings, cancellationToken);
        for (int depth = 0; manifest is not null && depth < 2; depth++)
        {
            using JsonDocument current = manifest;
            if (Digest(current.RootElement, "layers") is { } layer)
            {
                findings.Add(await LayerAsync(client, repository, layer, cancellationToken));
                return;
            }
            // An index: any platform will do.
            if (Digest(current.RootElement, "manifests") is not { } platform)
                return;
            manifest = await ManifestAsync(client, image, repository, platform, [], cancellationToken);
        }
    }

    private async Task<JsonDocument?> ManifestAsync(
        HttpClient client,
        string image,
        string repository,
        string reference,
        List<Finding> findings,
        CancellationToken cancellationToken
    )
    {
        using HttpResponseMessage answer = await SendAsync(
            client,
            HttpMethod.Get,
            new Uri($"https://{Host}/v2/{repository}/manifests/{reference}"),
            ManifestTypes,
            cancellationToken
        );
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            findings.Add(await ExplainAsync(answer, image, repository, reference, cancellationToken));
            return null;
        }
        findings.Add(Finding.Ok("ECR507", $"{image}: the manifest is readable"));
        byte[] body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        try
        {
            return body.Length <= LargestManifest ? JsonDocument.Parse(body) : null;
        }
        catch (JsonException)
        {
            findings.Add(
                Finding.Fail(
                    "ECR507",
                    $"{image}: the manifest is not valid JSON",
                    Remedy.Advise("check the proxy settings: this is not the answer of the registry")
                )
            );
            return null;
        }
    }

    private async Task<Finding> ExplainAsync(
        HttpResponseMessage answer,
        string image,
        string repository,
        string reference,
        CancellationToken cancellationToken
    )
    {
        string code = await CodeAsync(answer, cancellationToken),
            repo = $"repository {repository}";
        string describe =
            $"aws ecr describe-images --registry-id {registry.AccountId} --region {registry.Region} "
            + $"--repository-name {repository}";
        return (int)answer.StatusCode switch
        {
            401 => Finding.Fail(
                "ECR507",
                $"{image}: 401, the registry does not accept {login.Words} for it",
                login.Remedy
            ),
            403 => Finding.Fail(
                "ECR507",
                $"{image}: 403, the identity ({login.Identity}) may not pull from {repo}",
                Remedy.Advise(
                    "allow ecr:BatchGetImage and ecr:GetDownloadUrlForLayer in its IAM policy and, for another "
                        + $"account, in the policy of {repo}"
                )
            ),
            404 when code == "NAME_UNKNOWN" => Finding.Fail(
                "ECR507",
                $"{image}: {repo} does not exist in {Host}",
                Remedy.Advise($"check account, region and name: {describe}")
            ),
            404 => Finding.Fail(
                "ECR507",
                $"{image}: {repo} has no image {reference}",
                Remedy.Advise($"check the tag: {describe}")
            ),
            _ => Finding.Fail(
                "ECR507",
                $"{image}: the registry responds with {(int)answer.StatusCode} {code}",
                Remedy.Advise("try again; if the error persists, see https://status.aws.amazon.com")
            ),
        };
    }

    private async Task<Finding> LayerAsync(
        HttpClient client,
        string repository,
        string digest,
        CancellationToken cancellationToken
    )
    {
        var url = new Uri($"https://{Host}/v2/{repository}/blobs/{digest}");
        string place = Host;
        try
        {
            HttpResponseMessage answer = await SendAsync(
                client,
                HttpMethod.Get,
                url,
                null,
                cancellationToken,
                firstByte: true
            );
            for (
                int hops = 0;
                (int)answer.StatusCode is 301 or 302 or 303 or 307 or 308
                    && answer.Headers.Location is { } location
                    && hops < 5;
                hops++
            )
            {
                url = new Uri(url, location);
                place = url.Authority;
                answer.Dispose();
                // The URL of the storage is signed; the registry's token must not be sent there.
                answer = await SendAsync(
                    client,
                    HttpMethod.Get,
                    url,
                    null,
                    cancellationToken,
                    firstByte: true,
                    isSigned: true
                );
            }
            using (answer)
            {
                return (int)answer.StatusCode is 200 or 206
                    ? Finding.Ok("ECR508", $"a layer is readable from {place}")
                    : Finding.Fail(
                        "ECR508",
                        $"a layer is not readable: {place} responds with {(int)answer.StatusCode}",
                        LayerRemedy
                    );
            }
        }
        catch (HelperException exception)
        {
            return Finding.Fail("ECR508", $"a layer is not readable from {place}: {exception.Message}", LayerRemedy);
        }
    }

    private Remedy LayerRemedy =>
        Remedy.Advise(
            "allow access to S3, which stores the layers: with PrivateLink add a gateway endpoint for com.amazonaws."
                + $"{registry.Region}.s3, or allow prod-{registry.Region}-starport-layer-bucket"
        );

    private async Task<HttpResponseMessage> SendAsync(
        HttpClient client,
        HttpMethod method,
        Uri url,
        string[]? accept,
        CancellationToken cancellationToken,
        bool firstByte = false,
        bool isSigned = false
    )
    {
        using var request = new HttpRequestMessage(method, url);
        string basic = new BasicCredential(login.Credential.Username, login.Credential.Secret).ToBase64();
        if (!isSigned)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", basic);
        foreach (string type in accept ?? [])
            request.Headers.Accept.ParseAdd(type);
        if (firstByte)
            request.Headers.Range = new RangeHeaderValue(0, 0);
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

    /// <summary>The first error code of a registry's response; empty if it has none.</summary>
    private static async Task<string> CodeAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(
                await answer.Content.ReadAsByteArrayAsync(cancellationToken)
            );
            return ForeignText.Clean(document.RootElement.GetProperty("errors")[0].GetProperty("code").GetString());
        }
        catch (Exception exception)
            when (exception
                    is JsonException
                        or InvalidOperationException
                        or KeyNotFoundException
                        or IndexOutOfRangeException
                        or HttpRequestException
            )
        {
            return "";
        }
    }

    private static string? Digest(JsonElement manifest, string list) =>
        manifest.ValueKind == JsonValueKind.Object
        && manifest.TryGetProperty(list, out JsonElement items)
        && items.ValueKind == JsonValueKind.Array
        && items.GetArrayLength() > 0
        && items[0].TryGetProperty("digest", out JsonElement digest)
        && digest.GetString() is { } text
        && text.StartsWith("sha", StringComparison.Ordinal)
            ? text
            : null;

    /// <summary>Repository, and the digest or tag; <c>latest</c> if neither is given.</summary>
    private static (string Repository, string Reference) Split(string image)
    {
        string rest = image[(image.IndexOf('/') + 1)..];
        int at = rest.IndexOf('@');
        if (at >= 0)
            return (rest[..at].Split(':')[0], rest[(at + 1)..]);
        int colon = rest.LastIndexOf(':');
        return colon > rest.LastIndexOf('/') ? (rest[..colon], rest[(colon + 1)..]) : (rest, "latest");
    }
}
