using System.Globalization;
using CredHelper.Aws.Config;
using CredHelper.Aws.Ecr;
using CredHelper.Cache;
using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Registry;

namespace CredHelper.Tokens;

/// <summary>
/// The registries of every caller with a region: that of its own account, and ECR Public. Only AWS knows the account,
/// so it is requested once within the deadline and cached for the identity.
/// </summary>
internal sealed class DefaultRegistries(HelperContext context, TokenCache? cache, CacheKey? cacheKey)
{
    private const string Kind = "ecr-own 1";
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(7);

    /// <summary>
    /// Returns their host names; none if no region is configured or AWS does not respond, which is reported on standard
    /// error.
    /// </summary>
    public IReadOnlyList<string> Hosts()
    {
        try
        {
            AwsProfiles profiles = AwsProfiles.Load(context.Environment);
            if (
                AwsSettings.Resolve(context.Environment, profiles, null).Region is not { } region
                || Partition.OfRegion(region) is not { } partition
            )
            {
                return [];
            }

            string name = NameOf(region);
            if (cache is not null && Recall(name) is { } known)
                return known;
            if (cache?.FindFailure(name)?.IsWithin(FailureRecord.OutagePause, context.Now) == true)
                return [];
            return Ask(region, partition, name);
        }
        catch (HelperException exception)
        {
            if (exception.Kind is not (FailureKind.NoCredentials or FailureKind.MetadataTimeout))
                FailureLine.Of("list", exception).WriteToError();
            return [];
        }
    }

    /// <summary>Returns the name of the cached result of this identity; empty if nothing is cached.</summary>
    private string NameOf(string region)
    {
        if (cache is null || cacheKey is null)
            return "";
        IReadOnlyList<Dependency> inputs = new EcrTokenIssuer(context, IdentityChoice.Ambient).InputsIn(region);
        return cacheKey.KeyOf($"own {region}{cache.ScopeOf(inputs, context.Caller) ?? Guid.NewGuid().ToString()}");
    }

    private IReadOnlyList<string> Ask(string region, Partition partition, string name)
    {
        try
        {
            IReadOnlyList<string> hosts = Deadline.Within(
                context.Settings.ListDeadline,
                async cancellationToken =>
                {
                    Task<EcrRegistry> own = RefreshAs(IdentityChoice.Ambient)
                        .GetOwnAsync(region, IsOfAmbientIdentity, cancellationToken);
                    Task<string?> open =
                        partition == Partition.Commercial
                            ? PublicHostAsync(cancellationToken)
                            : Task.FromResult<string?>(null);
                    IEnumerable<string> found = [(await own).Host, .. await open is { } host ? [host] : (string[])[]];
                    return (IReadOnlyList<string>)[.. found.Where(context.Configuration.Allows)];
                }
            );
            Keep(name, hosts);
            return hosts;
        }
        catch (HelperException exception)
            when (cache is not null
                && exception.Kind is FailureKind.Timeout or FailureKind.Unreachable or FailureKind.MetadataTimeout
            )
        {
            Write(() =>
                cache!.PutFailure(
                    name,
                    new FailureRecord(
                        "list",
                        context.Now.ToUnixTimeMilliseconds(),
                        exception.Kind,
                        exception.Message,
                        exception.Hint
                    )
                )
            );
            throw;
        }
    }

    /// <summary>
    /// Whether no configuration or variable chooses another identity for the registry: its token is cached only for the
    /// identity that is chosen for it.
    /// </summary>
    private bool IsOfAmbientIdentity(EcrRegistry registry) =>
        context.Configuration.Allows(registry) && ChoiceFor(registry) == IdentityChoice.Ambient;

    private IdentityChoice ChoiceFor(EcrRegistry registry) =>
        IdentityChoice.Of(registry, context.Configuration, context.Environment);

    private TokenRefresh RefreshAs(IdentityChoice choice) => new(context, cache, new EcrTokenIssuer(context, choice));

    /// <summary>Returns null if the identity may not use ECR Public, where anonymous pulls work.</summary>
    private async Task<string?> PublicHostAsync(CancellationToken cancellationToken)
    {
        EcrRegistry gallery = EcrRegistry.PublicGallery;
        if (!context.Configuration.Allows(gallery))
            return null;
        try
        {
            return (await RefreshAs(ChoiceFor(gallery)).GetAsync(gallery, cancellationToken)).Registry;
        }
        catch (HelperException)
        {
            return null;
        }
    }

    private string[]? Recall(string name)
    {
        if (
            !cache!.TryRead(FileOf(name), out byte[] content)
            || RecordFile.Parse(Kind, cache.Seed, content) is not [("at", var at), .. var hosts]
        )
        {
            return null;
        }

        bool recent =
            long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
            && context.Now.ToUnixTimeSeconds() - seconds is >= 0 and var age
            && age < (long)Remembered.TotalSeconds;
        return recent ? [.. hosts.Select(host => host.Value)] : null;
    }

    private void Keep(string name, IReadOnlyList<string> hosts)
    {
        if (cache is null || cacheKey is null)
            return;
        var fields = new List<KeyValuePair<string, string>>
        {
            new("at", context.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
        };
        fields.AddRange(hosts.Select(host => new KeyValuePair<string, string>("host", host)));
        Write(() =>
            PrivateDirectory.Replace(cache.Directory, FileOf(name), RecordFile.Format(Kind, cache.Seed, fields))
        );
    }

    private void Write(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            context.Log.Write($"list: not cached: {exception.Message}");
        }
    }

    private static string FileOf(string name) => name + ".own";
}
