using CredHelper.Identity;
using CredHelper.Mapping;

namespace CredHelper.Aws.Credentials;

/// <summary>Resolves the identity that was chosen for a registry: where it starts from, and the role on top.</summary>
internal sealed class RegistryIdentity(AwsSetup setup, IdentityChoice choice)
{
    /// <exception cref="HelperException">The chosen identity is not to be had.</exception>
    public async Task<AwsIdentity> ResolveAsync(CancellationToken cancel)
    {
        if (choice is { WebIdentityTokenVariable: { } variable, RoleArn: { } webRole })
            return await new WebIdentityRole(setup).AssumeAsync(
                new Dependency(DependencyKind.Variable, variable),
                RequestOf(webRole),
                cancel,
                choice.IsTokenRenewed
            );
        AwsIdentity start = await StartAsync(cancel);
        return choice.RoleArn is { } role
            ? await new RoleSession(setup).AssumeAsync(start, RequestOf(role), cancel)
            : start;
    }

    private Task<AwsIdentity> StartAsync(CancellationToken cancel)
    {
        if (choice.Profile is { } profile)
            return new ProfileCredentials(setup).ResolveNamedAsync(profile, cancel);
        var chain = new CredentialChain(setup);
        return choice.CredentialSource is { } source
            ? chain.ResolveSourceAsync(source, cancel)
            : chain.ResolveAmbientAsync(cancel);
    }

    private RoleRequest RequestOf(string roleArn) =>
        new(roleArn)
        {
            SessionName = choice.SessionName,
            ExternalId = choice.ExternalId,
            Region = choice.Region,
        };
}
