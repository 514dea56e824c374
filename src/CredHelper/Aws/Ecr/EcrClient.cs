using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Transform;
using Amazon.Runtime.Internal.Util;
using Amazon.Util.Internal;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Registry;

namespace CredHelper.Aws.Ecr;

// AWSSDK.ECR and AWSSDK.ECRPublic are not available in the package source of this project, and only one operation of
// them is needed. This client uses the SDK core's own pipeline for signing, retries, clock skew and partitions. All use
// of Amazon.Runtime.Internal is in this file, so that the packages can replace it.

/// <summary>GetAuthorizationToken of Amazon ECR (API of 2015-09-21) or ECR Public (2020-10-30).</summary>
internal sealed class EcrClient(AWSCredentials credentials, EcrClientConfig config)
    : AmazonServiceClient(credentials, config)
{
    private readonly EcrClientConfig _config = config;

    protected override IServiceMetadata ServiceMetadata => new EcrServiceMetadata(_config.ServiceId);

    /// <param name="accountId">The account of the registry; null for the caller's own.</param>
    /// <param name="cancellationToken">Cancels the call and its retries.</param>
    public Task<AuthorizationTokenResponse> GetAuthorizationTokenAsync(
        string? accountId,
        CancellationToken cancellationToken
    ) =>
        InvokeAsync<AuthorizationTokenResponse>(
            new AuthorizationTokenRequest(accountId),
            new InvokeOptions
            {
                RequestMarshaller = new AuthorizationTokenMarshaller(_config),
                ResponseUnmarshaller = AuthorizationTokenUnmarshaller.Instance,
            },
            cancellationToken
        );

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        pipeline.RemoveHandler<EndpointResolver>();
        // Not used here, and Native AOT looks up each handler's generic virtual method at its first call.
        pipeline.RemoveHandler<MetricsHandler>();
        pipeline.RemoveHandler<EndpointDiscoveryHandler>();
        pipeline.RemoveHandler<ErrorCallbackHandler>();
        pipeline.RemoveHandler<CompressionHandler>();
        pipeline.RemoveHandler<ChecksumHandler>();
        while (pipeline.Handlers.Exists(handler => handler is CallbackHandler))
            pipeline.RemoveHandler<CallbackHandler>();
        pipeline.AddHandlerAfter<Marshaller>(new EcrSigningHandler());
    }
}

/// <summary>The response of GetAuthorizationToken before it is checked.</summary>
internal sealed class AuthorizationTokenResponse : AmazonWebServiceResponse
{
    /// <summary>Base64 of <c>user:password</c>.</summary>
    public string? AuthorizationToken { get; set; }

    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>The registry's URL; ECR Public sends none.</summary>
    public string? ProxyEndpoint { get; set; }

    /// <summary>The server's clock at the time of the response.</summary>
    public DateTimeOffset? Date { get; set; }
}

/// <summary>An error response of ECR, with its code as in the API reference.</summary>
internal sealed class EcrServiceException(
    string? message,
    Exception? inner,
    ErrorType type,
    string? code,
    string? requestId,
    HttpStatusCode status
) : AmazonServiceException(message, inner, type, code, requestId, status);

/// <summary>The names, versions and endpoints of the two services.</summary>
internal sealed class EcrClientConfig : ClientConfig
{
    public EcrClientConfig(EcrService service)
        : base(new SameDefaults())
    {
        Service = service;
        ServiceId = ServiceIdOf(service);
        AuthenticationServiceName = service == EcrService.Private ? "ecr" : "ecr-public";
    }

    public EcrService Service { get; }

    /// <summary>The service id in the service's model.</summary>
    public static string ServiceIdOf(EcrService service) => service == EcrService.Private ? "ECR" : "ECR PUBLIC";

    public override string ServiceVersion => Service == EcrService.Private ? "2015-09-21" : "2020-10-30";

    public override string UserAgent => ProgramVersion.UserAgent;

    public override string RegionEndpointServiceName => Service == EcrService.Private ? "api.ecr" : "api.ecr-public";

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) =>
        new(ServiceURL);
}

/// <summary>Gives every mode (AWS_DEFAULTS_MODE) the same defaults, because AwsContext sets all that matter.</summary>
internal sealed class SameDefaults : IDefaultConfigurationProvider
{
    public IDefaultConfiguration GetDefaultConfiguration(
        RegionEndpoint clientRegion,
        DefaultConfigurationMode? requestedConfigurationMode = null
    ) =>
        new DefaultConfiguration
        {
            Name = requestedConfigurationMode ?? DefaultConfigurationMode.Standard,
            RetryMode = RequestRetryMode.Standard,
        };
}

internal sealed class AuthorizationTokenRequest(string? accountId) : AmazonWebServiceRequest
{
    public string? AccountId => accountId;
}

internal sealed class EcrServiceMetadata(string serviceId) : IServiceMetadata
{
    public string ServiceId => serviceId;

    public IDictionary<string, string> OperationNameMapping { get; } = new Dictionary<string, string>();
}

internal sealed class EcrSigningHandler : BaseAuthResolverHandler
{
    protected override List<IAuthSchemeOption> ResolveAuthOptions(IExecutionContext executionContext) =>
        AuthSchemeOption.DEFAULT_SIGV4;
}

internal sealed class AuthorizationTokenMarshaller(EcrClientConfig config)
    : IMarshaller<IRequest, AmazonWebServiceRequest>
{
    public IRequest Marshall(AmazonWebServiceRequest input)
    {
        string? account = ((AuthorizationTokenRequest)input).AccountId;
        var request = new DefaultRequest(
            input,
            config.Service == EcrService.Private ? "Amazon.ECR" : "Amazon.ECRPublic"
        )
        {
            Endpoint = new Uri(config.ServiceURL),
            HttpMethod = "POST",
            ResourcePath = "/",
            // An account is twelve digits, so no escaping is needed.
            Content = Encoding.ASCII.GetBytes(account is null ? "{}" : $$"""{"registryIds":["{{account}}"]}"""),
        };
        request.Headers["X-Amz-Target"] =
            config.Service == EcrService.Private
                ? "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken"
                : "SpencerFrontendService.GetAuthorizationToken";
        request.Headers["Content-Type"] = "application/x-amz-json-1.1";
        return request;
    }
}

/// <summary>
/// Parses the response. ECR wraps it in a list, ECR Public does not: <c>{"authorizationData":[{…}]}</c>,
/// <c>{"authorizationData":{…}}</c>.
/// </summary>
internal sealed class AuthorizationTokenUnmarshaller : JsonResponseUnmarshaller
{
    public static readonly AuthorizationTokenUnmarshaller Instance = new();

    public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext input)
    {
        using var buffer = new MemoryStream();
        input.Stream.CopyTo(buffer);
        AuthorizationTokenResponse response = Parse(buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
        if (
            DateTimeOffset.TryParse(
                input.ResponseData.GetHeaderValue("Date"),
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out DateTimeOffset date
            )
        )
        {
            response.Date = date;
        }

        return response;
    }

    /// <exception cref="HelperException">The response is not JSON in the documented form.</exception>
    public static AuthorizationTokenResponse Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement data = document.RootElement.GetProperty("authorizationData");
            if (data.ValueKind == JsonValueKind.Array)
                data = data[0];
            JsonElement expiry = data.GetProperty("expiresAt");
            return new AuthorizationTokenResponse
            {
                AuthorizationToken = data.GetProperty("authorizationToken").GetString(),
                ProxyEndpoint = data.TryGetProperty("proxyEndpoint", out JsonElement endpoint)
                    ? endpoint.GetString()
                    : null,
                ExpiresAt =
                    expiry.ValueKind == JsonValueKind.Number
                        ? DateTimeOffset.FromUnixTimeMilliseconds((long)(expiry.GetDouble() * 1000))
                        : expiry.GetDateTimeOffset(),
            };
        }
        catch (Exception exception)
            when (exception
                    is JsonException
                        or InvalidOperationException
                        or KeyNotFoundException
                        or IndexOutOfRangeException
                        or FormatException
                        or ArgumentOutOfRangeException
            )
        {
            throw new HelperException(
                FailureKind.BadResponse,
                "ECR returned an invalid response to GetAuthorizationToken",
                "check AWS_ENDPOINT_URL, proxies and captive portals, one of which may have responded",
                exception
            );
        }
    }

    public override AmazonServiceException UnmarshallException(
        JsonUnmarshallerContext input,
        Exception? innerException,
        HttpStatusCode statusCode
    )
    {
        var reader = new StreamingUtf8JsonReader(input.Stream);
        ErrorResponse error = JsonErrorResponseUnmarshaller.GetInstance().Unmarshall(input, ref reader);
        return new EcrServiceException(
            error.Message,
            innerException,
            error.Type,
            error.Code,
            error.RequestId,
            statusCode
        );
    }
}
