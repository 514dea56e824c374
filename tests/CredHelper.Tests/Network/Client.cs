using Amazon;
using Amazon.SecurityToken;
using CredHelper.Errors;
using CredHelper.Network.Http;
using CredHelper.Platform;

namespace CredHelper.Tests.Network;

/// <summary>Sends one request as the program does, and returns the failure as the program would print it.</summary>
internal static class Client
{
    public static EnvironmentSnapshot Environment(params (string Name, string Value)[] variables) =>
        new(variables.ToDictionary(variable => variable.Name, variable => variable.Value));

    public static async Task<string> GetAsync(
        Uri url,
        EnvironmentSnapshot environment,
        string? profileBundle = null,
        TimeSpan? timeout = null
    )
    {
        using HttpResponseMessage response = await SendAsync(url, environment, profileBundle, timeout);
        return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}";
    }

    public static async Task<HelperException> FailAsync(
        Uri url,
        EnvironmentSnapshot environment,
        string? profileBundle = null,
        TimeSpan? timeout = null,
        TimeSpan? connectTimeout = null
    )
    {
        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() =>
            SendAsync(url, environment, profileBundle, timeout, connectTimeout)
        );
        return NetworkFailure.From(failure) ?? throw new InvalidOperationException("no network failure", failure);
    }

    private static async Task<HttpResponseMessage> SendAsync(
        Uri url,
        EnvironmentSnapshot environment,
        string? profileBundle,
        TimeSpan? timeout,
        TimeSpan? connectTimeout = null
    )
    {
        using var clients = new HttpClients(environment, profileBundle, connectTimeout ?? TimeSpan.FromSeconds(5));
        using HttpClient client = clients.CreateHttpClient(
            new AmazonSecurityTokenServiceConfig
            {
                RegionEndpoint = RegionEndpoint.USEast1,
                Timeout = timeout ?? TimeSpan.FromSeconds(10),
            }
        );
        return await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead);
    }
}
