using System.Globalization;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using CredHelper.Aws.Config;
using CredHelper.Cache;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Aws.Sources;

/// <summary>The parameters of a request to STS. Null leaves a value to STS or to our default.</summary>
internal sealed record RoleRequest(string RoleArn)
{
    public string? SessionName { get; init; }

    public string? ExternalId { get; init; }

    /// <summary>In seconds.</summary>
    public int? Duration { get; init; }

    /// <summary>The region of STS; null for the configured region.</summary>
    public string? Region { get; init; }

    /// <summary>The profile that names the role; null if another setting does.</summary>
    public AwsProfile? Profile { get; init; }

    public static RoleRequest Of(AwsProfile profile, string roleArn) =>
        new(roleArn)
        {
            SessionName = profile["role_session_name"],
            ExternalId = profile["external_id"],
            Duration = DurationOf(profile),
            Region = RegionOf(profile),
            Profile = profile,
        };

    /// <exception cref="HelperException">The profile's region is not valid.</exception>
    public static string? RegionOf(AwsProfile profile) =>
        profile.Find("region") is { } region ? RegionName.Of(region) : null;

    /// <summary>The value of <c>duration_seconds</c>, which the SDK core ignores.</summary>
    public static int? DurationOf(AwsProfile profile)
    {
        if (profile.Word("duration_seconds") is not { } text)
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
            ? seconds
            : throw new HelperException(
                FailureKind.Configuration,
                $"{profile.OriginOf("duration_seconds")} is not a number of seconds",
                "set it to 900 to 43200"
            );
    }
}

/// <summary>
/// A role that is assumed with the credentials of another source (sts:AssumeRole). Its temporary credentials are not
/// cached, only the registry token that they are used for.
/// </summary>
internal sealed class AssumedRole(AwsContext aws, ICredentialSource source, RoleRequest role) : ICredentialSource
{
    private const string Service = "STS",
        Kind = "role";

    public SourceFacts Facts =>
        role.Profile is { } profile
            ? SourceFacts.OfProfile(Kind, profile, "role_arn", role.RoleArn, source.Facts)
            : new SourceFacts(Kind) { RoleArn = role.RoleArn, From = source.Facts };

    public IReadOnlyList<Dependency> Inputs => source.Inputs;

    public string Describe()
    {
        string profile = role.Profile is null ? "" : $" of {role.Profile}";
        string words = $"role {ForeignText.Clean(role.RoleArn)}{profile} via {source.Describe()}";
        RequireEndpoint(aws);
        return words;
    }

    /// <exception cref="HelperException">
    /// STS refuses or cannot be reached; the message names the role and the source.
    /// </exception>
    public async Task<AwsIdentity> ResolveAsync(CancellationToken cancellationToken)
    {
        AwsIdentity caller = await source.ResolveAsync(cancellationToken);
        var request = new AssumeRoleRequest
        {
            RoleArn = role.RoleArn,
            RoleSessionName = role.SessionName ?? DefaultSessionName(aws.Environment),
            ExternalId = role.ExternalId,
        };
        if (role.Duration is { } seconds)
            request.DurationSeconds = seconds;
        string words = $"role {ForeignText.Clean(role.RoleArn)} via {caller.Source}";
        AmazonSecurityTokenServiceConfig config = ConfigOf(aws, role);
        try
        {
            using var sts = new AmazonSecurityTokenServiceClient(caller.Credentials, config);
            AssumeRoleResponse response = await sts.AssumeRoleAsync(request, cancellationToken);
            // The role depends on everything that its source depends on.
            return caller with { Credentials = KeysOf(response.Credentials), Source = words };
        }
        catch (Exception exception)
        {
            throw AwsFailure.Explain(exception, "sts:AssumeRole", words, new Uri(config.ServiceURL));
        }
    }

    /// <exception cref="HelperException">The configured endpoint of STS cannot be used.</exception>
    public static void RequireEndpoint(AwsContext aws) => _ = aws.Settings.EndpointUrl(Service);

    public static AmazonSecurityTokenServiceConfig ConfigOf(AwsContext aws, RoleRequest role)
    {
        var config = new AmazonSecurityTokenServiceConfig();
        string region = role.Region ?? aws.Settings.Region ?? aws.Region;
        aws.ApplyTo(config, aws.FindEndpoint(Service, region), region);
        return config;
    }

    /// <exception cref="HelperException">The response of STS contains no keys.</exception>
    public static AWSCredentials KeysOf(Amazon.SecurityToken.Model.Credentials? answer) =>
        answer is { AccessKeyId.Length: > 0, SecretAccessKey.Length: > 0, SessionToken.Length: > 0 }
            ? new SessionAWSCredentials(answer.AccessKeyId, answer.SecretAccessKey, answer.SessionToken)
            : throw new HelperException(
                FailureKind.BadResponse,
                "STS returned no credentials",
                "check AWS_ENDPOINT_URL_STS"
            );

    /// <summary>
    /// Names the session after the CI job, or else after this program, so that CloudTrail shows who pulled.
    /// </summary>
    public static string DefaultSessionName(EnvironmentSnapshot environment)
    {
        if (environment["AWS_ROLE_SESSION_NAME"] is { } named)
            return named;
        if (environment["CI_PROJECT_ID"] is not { } project || environment["CI_JOB_ID"] is not { } job)
            return HelperName.Program;
        const int Longest = 64;
        string name = new([
            .. $"gitlab-{project}-{environment["CI_PIPELINE_ID"] ?? "0"}-{job}".Where(c =>
                char.IsAsciiLetterOrDigit(c) || c == '-'
            ),
        ]);
        return name.Length > Longest ? name[..Longest] : name;
    }
}
