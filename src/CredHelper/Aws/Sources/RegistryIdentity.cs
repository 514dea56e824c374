using CredHelper.Cache;
using CredHelper.Configuration;
using CredHelper.Errors;

namespace CredHelper.Aws.Sources;

/// <summary>Resolves the identity that was chosen for a registry: where it starts from, and the role on top.</summary>
internal sealed class RegistryIdentity(AwsContext aws, IdentityChoice choice)
{
    /// <exception cref="HelperException">The chosen identity is not to be had.</exception>
    public async Task<AwsIdentity> ResolveAsync(CancellationToken cancellationToken)
    {
        if (choice is { WebIdentityTokenVariable: { } variable, RoleArn: { } webRole })
            return await new WebIdentityRole(aws).AssumeAsync(
                new Dependency(DependencyKind.Variable, variable),
                RequestOf(webRole),
                cancellationToken,
                choice.IsTokenRenewed
            );
        AwsIdentity start = await StartAsync(cancellationToken);
        return choice.RoleArn is { } role
            ? await new RoleSession(aws).AssumeAsync(start, RequestOf(role), cancellationToken)
            : start;
    }

    private Task<AwsIdentity> StartAsync(CancellationToken cancellationToken)
    {
        if (choice.Profile is { } profile)
            return new ProfileCredentials(aws).ResolveNamedAsync(profile, cancellationToken);
        var chain = new CredentialChain(aws);
        return choice.CredentialSource is { } source
            ? chain.ResolveSourceAsync(source, cancellationToken)
            : chain.ResolveAmbientAsync(cancellationToken);
    }

    private RoleRequest RequestOf(string roleArn) =>
        new(roleArn)
        {
            SessionName = choice.SessionName,
            ExternalId = choice.ExternalId,
            Region = choice.Region,
        };
}
