using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using CredHelper.Aws.Sources;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Registry;

namespace CredHelper.Aws.Ecr;

/// <summary>The identity of the caller according to AWS.</summary>
/// <param name="EndsAt">When temporary credentials expire, if known.</param>
internal sealed record CallerInfo(string Account, string Arn, DateTimeOffset? EndsAt, string Source);

/// <summary>Requests the identity for a registry from STS (GetCallerIdentity, which requires no permission).</summary>
internal sealed class CallerLookup(HelperContext context, IdentityChoice choice)
{
    /// <exception cref="HelperException">There is no identity, or STS refuses it or cannot be reached.</exception>
    public async Task<CallerInfo> AskAsync(EcrRegistry registry, CancellationToken cancellationToken)
    {
        AwsContext aws = AwsContext.Load(context, choice, registry.Region);
        AwsIdentity identity = await new CredentialPlanner(aws).Plan(choice).Source.ResolveAsync(cancellationToken);
        AmazonSecurityTokenServiceConfig config = AssumedRole.ConfigOf(aws, new RoleRequest(""));
        var request = new GetCallerIdentityRequest();
        try
        {
            using var sts = new AmazonSecurityTokenServiceClient(identity.Credentials, config);
            GetCallerIdentityResponse answer = await sts.GetCallerIdentityAsync(request, cancellationToken);
            return new CallerInfo(
                answer.Account ?? "",
                ForeignText.Clean(answer.Arn),
                identity.NotAfter,
                identity.Source
            );
        }
        catch (Exception exception)
            when (!(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            throw AwsFailure.Explain(exception, "sts:GetCallerIdentity", identity.Source, new Uri(config.ServiceURL));
        }
    }
}
