using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using CredHelper.Emulator;

namespace CredHelper.Tests.Emulator;

/// <summary>An AWS call signed by the test, so that a test can introduce one mistake.</summary>
internal sealed record SignedCall(string Url)
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    public AccessKey Key { get; init; } = AccessKey.Known[0];

    public string? SessionToken { get; init; }

    public string Region { get; init; } = "eu-central-1";

    public string SigningName { get; init; } = "ecr";

    public string? Target { get; init; } = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken";

    public string ContentType { get; init; } = "application/x-amz-json-1.1";

    public string Body { get; init; } = "{}";

    /// <summary>The body to send instead of the signed one.</summary>
    public string? SentBody { get; init; }

    public string? Host { get; init; }

    public DateTimeOffset Time { get; init; } = DateTimeOffset.UtcNow;

    public bool IsSigned { get; init; } = true;

    public static SignedCall Ecr(string url) => new(url);

    public static SignedCall EcrPublic(string url) =>
        new(url)
        {
            Region = "us-east-1",
            SigningName = "ecr-public",
            Target = "SpencerFrontendService.GetAuthorizationToken",
        };

    public static SignedCall Sts(string url, string action, params (string Name, string Value)[] parameters) =>
        new(url)
        {
            SigningName = "sts",
            Target = null,
            ContentType = "application/x-www-form-urlencoded; charset=utf-8",
            Body =
                $"Action={action}&Version=2011-06-15"
                + string.Concat(parameters.Select(p => $"&{p.Name}={Uri.EscapeDataString(p.Value)}")),
        };

    public async Task<HttpResponseMessage> SendAsync()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, Url + "/")
        {
            Content = new StringContent(SentBody ?? Body),
        };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(ContentType);
        string timestamp = Time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        SortedDictionary<string, string> signed = new(StringComparer.Ordinal)
        {
            ["host"] = Host ?? new Uri(Url).Authority,
            ["x-amz-date"] = timestamp,
        };
        if (Target is not null)
            signed["x-amz-target"] = Target;
        if (SessionToken is not null)
            signed["x-amz-security-token"] = SessionToken;
        foreach ((string name, string value) in signed)
            request.Headers.TryAddWithoutValidation(name, value);
        if (IsSigned)
            request.Headers.TryAddWithoutValidation("Authorization", Authorization(timestamp, signed));
        return await Client.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken
        );
    }

    public async Task<(int Status, string Body)> AnswerAsync()
    {
        using HttpResponseMessage response = await SendAsync();
        return (
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
        );
    }

    private string Authorization(string timestamp, SortedDictionary<string, string> signed)
    {
        string names = string.Join(';', signed.Keys);
        string canonical =
            "POST\n/\n\n" + string.Concat(signed.Select(h => $"{h.Key}:{h.Value}\n")) + $"\n{names}\n{Hash(Body)}";
        string scope = $"{timestamp[..8]}/{Region}/{SigningName}/aws4_request";
        byte[] key = scope.Split('/').Aggregate(Encoding.UTF8.GetBytes("AWS4" + Key.Secret), Hmac);
        string signature = Convert.ToHexStringLower(
            Hmac(key, $"AWS4-HMAC-SHA256\n{timestamp}\n{scope}\n{Hash(canonical)}")
        );
        return $"AWS4-HMAC-SHA256 Credential={Key.Id}/{scope}, SignedHeaders={names}, Signature={signature}";
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}
