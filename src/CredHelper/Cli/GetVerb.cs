using CredHelper.Aws.Ecr;
using CredHelper.Cache;
using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Protocol;
using CredHelper.Registry;
using CredHelper.Tokens;

namespace CredHelper.Cli;

/// <summary><c>get</c>: credentials for the server URL on standard input.</summary>
internal static class GetVerb
{
    public static int Run(EnvironmentSnapshot environment)
    {
        string serverUrl = ServerUrl.Parse(StandardStreams.ReadInput(ServerUrl.MaxLength).Span);
        if (!EcrRegistry.TryParse(serverUrl, out EcrRegistry? registry))
            return StoredCredentialVerbs.Get(serverUrl, environment);
        if (CachedGet.Find(serverUrl, registry, environment, DateTimeOffset.UtcNow) is { } cached)
            return Answer(cached);
        return Fetch(serverUrl, registry, environment);
    }

    public static int Answer(Credential credential)
    {
        StandardStreams.WriteOutput(credential.ToJsonLine().Span);
        return 0;
    }

    /// <summary>The line that lets docker go on as anonymous and a runner drop this registry alone.</summary>
    public static int NotFound()
    {
        StandardStreams.WriteOutput("credentials not found in native keychain\n"u8);
        return 1;
    }

    /// <summary>A token of an ECR registry, from the cache or from AWS.</summary>
    /// <param name="context">The settings and deadline.</param>
    /// <param name="serverUrl">What was asked for, and is answered for.</param>
    /// <param name="registry">The registry that it names or stands for.</param>
    /// <param name="alias">The section of the registry map that makes it stand for one; null for the registry
    /// itself.</param>
    /// <exception cref="HelperException">No token is to be had.</exception>
    public static Credential Fetch(
        HelperContext context,
        string serverUrl,
        EcrRegistry registry,
        RegistrySection? alias
    )
    {
        CachedToken token = Fetch(
            context,
            registry,
            IdentityChoice.Of(registry, alias, context.Configuration, context.Environment)
        );
        return new Credential(serverUrl, token.Username, token.Secret);
    }

    /// <summary>The same with its times, for an identity that was chosen otherwise.</summary>
    /// <exception cref="HelperException">No token is to be had.</exception>
    public static CachedToken Fetch(HelperContext context, EcrRegistry registry, IdentityChoice choice)
    {
        if (!context.Configuration.Allows(registry))
        {
            throw new HelperException(
                FailureKind.Configuration,
                "the registry map does not allow this registry",
                $"add it to allow in [default] of {CacheKey.SystemRegistryMap} or ~/.ecr/config"
            );
        }
        var refresh = new TokenRefresh(context, context.OpenCache(), new EcrTokenIssuer(context, choice));
        return Deadline.Within(
            context.Settings.GetDeadline,
            cancellationToken => refresh.GetAsync(registry, cancellationToken)
        );
    }

    /// <summary>The answer to a failed <c>get</c> of a registry of ours.</summary>
    public static int Fail(string registry, HelperException failure, bool strict)
    {
        FailureLine line = FailureLine.Of(registry, failure);
        // Strict or not: docker before 28.5 pulls as anonymous whatever a helper answers, and shows nothing but stderr.
        line.WriteToError();
        if (!strict)
            return NotFound();
        line.WriteToOutput();
        return 1;
    }

    private static int Fetch(string serverUrl, EcrRegistry registry, EnvironmentSnapshot environment)
    {
        bool strict = HelperSettings.IsStrictIn(environment);
        Credential answer;
        try
        {
            HelperContext context = HelperContext.Start(environment);
            strict = context.Settings.IsStrict;
            answer = Fetch(context, serverUrl, registry, alias: null);
        }
        catch (HelperException exception)
            when (exception.Kind is FailureKind.NoCredentials or FailureKind.MetadataTimeout
                && registry.Service == EcrService.Public
            )
        {
            // Anonymous pulls are right there; no reason to complain.
            return NotFound();
        }
        catch (HelperException exception)
        {
            return Fail(registry.Host, exception, strict);
        }
        catch (Exception exception)
        {
            // A fault of ours must not cost a runner its other registries, or docker its anonymous pull.
            return Fail(
                registry.Host,
                new HelperException(
                    FailureKind.Other,
                    $"internal error: {exception.GetType().Name}: {ForeignText.Clean(exception.Message)}",
                    "set AWS_ECR_LOG=debug and report what it prints",
                    exception
                ),
                strict
            );
        }
        return Answer(answer);
    }
}
