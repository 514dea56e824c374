using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;
using CredHelper.Protocol;
using CredHelper.PullResolution;

namespace CredHelper.Setup;

/// <summary>A route on the command line: a pattern of registries, and the credential helper for them.</summary>
internal sealed record RouteArgument(string Pattern, string Helper)
{
    /// <summary>The argument as it would be typed again.</summary>
    public string Text => $"{Pattern}={Helper}";

    /// <exception cref="HelperException">It is not of the form PATTERN=HELPER.</exception>
    public static RouteArgument Parse(string text)
    {
        if (text.Split('=') is not [{ Length: > 0 } pattern, { Length: > 0 } helper])
        {
            throw new HelperException(
                FailureKind.Usage,
                $"--route {ForeignText.Clean(text)} is not of the form PATTERN=HELPER",
                "use --route '*.gcr.io=gcloud'"
            );
        }
        try
        {
            var keys = new Dictionary<string, MapValue> { [RegistryRouteKeys.Helper] = new(helper, 1) };
            RegistryRouteKeys.Validate(new RegistrySection(pattern, "--route", 1, keys));
        }
        catch (HelperException exception)
        {
            throw new HelperException(
                FailureKind.Usage,
                $"--route {ForeignText.Clean(text)}: the pattern or the helper is not valid",
                exception.Hint,
                exception
            );
        }
        return new RouteArgument(AsciiCase.ToLower(pattern), helper);
    }

    /// <summary>The section of the registry configuration.</summary>
    public DesiredValue InConfiguration =>
        new([Pattern, RegistryRouteKeys.Helper], Helper, "another helper is set", Pattern);

    /// <summary>
    /// The docker configuration entry for the registry, or null for a pattern, which clients do not support.
    /// </summary>
    /// <param name="around">The path of the docker configuration within its file.</param>
    public DesiredValue? InCredHelpers(ClientKind client, params string[] around)
    {
        bool isLiteral = new HostPattern(Pattern).IsLiteral;
        if (!isLiteral || !RegistryHost.TryParse(Pattern, out RegistryHost? host))
            return null;
        return new DesiredValue(
            [.. around, "credHelpers", client == ClientKind.Docker ? host.DockerKey : host.Name],
            HelperNames.Own,
            "another helper is used for it now",
            Pattern
        );
    }

    /// <summary>Problems that would make the routes fail or keep them from being used.</summary>
    /// <param name="environment">The environment of the user who pulls.</param>
    /// <param name="isAskedForAll">Whether the client uses this program for every registry.</param>
    public static IEnumerable<Obstacle> Obstacles(
        IReadOnlyList<RouteArgument> routes,
        ClientKind client,
        EnvironmentSnapshot environment,
        bool isAskedForAll
    )
    {
        foreach (string program in routes.Select(route => HelperProgram.Of(route.Helper)).Distinct())
        {
            if (SearchPath.Find(environment, program) is null)
            {
                yield return Obstacle.NotOnPath(program, environment) with
                {
                    Advice = $"install {ShellWord.Quote(program)}",
                };
            }
        }
        if (routes.FirstOrDefault(route => route.InCredHelpers(client) is null) is not { } pattern)
            yield break;
        if (!isAskedForAll && !IsAskedForAll(ClientConfigs.Of(client, environment)))
        {
            string option = client == ClientKind.Podman ? "--system" : "--creds-store";
            yield return new Obstacle(
                $"clients do not support patterns, so {PullClientName(client)} would not use this helper for "
                    + pattern.Pattern
            )
            {
                Correction = given => given.With(option),
            };
        }
    }

    private static bool IsAskedForAll(ClientConfigs configs) =>
        configs.All.Any(source => source.Config.CredsStore == HelperName.Short)
        || configs.Registries.Helpers.Contains(HelperName.Short);

    private static string PullClientName(ClientKind client) =>
        client switch
        {
            ClientKind.Podman => "podman",
            ClientKind.GitLabRunner => "the runner",
            _ => "docker",
        };
}
