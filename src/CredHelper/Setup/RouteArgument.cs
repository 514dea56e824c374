using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;
using CredHelper.Protocol;
using CredHelper.PullResolution;

namespace CredHelper.Setup;

/// <summary>A route as a person gives it: registries by a pattern, and the helper that has their credentials.</summary>
internal sealed record RouteArgument(string Pattern, string Helper)
{
    /// <summary>As it would be given again.</summary>
    public string Text => $"{Pattern}={Helper}";

    /// <exception cref="HelperException">It is not a pattern and a helper.</exception>
    public static RouteArgument Parse(string text)
    {
        if (text.Split('=') is not [{ Length: > 0 } pattern, { Length: > 0 } helper])
        {
            throw new HelperException(
                FailureKind.Usage,
                $"--route {ForeignText.Clean(text)} is not a pattern and a helper",
                "--route '*.gcr.io=gcloud'"
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
        new([Pattern, RegistryRouteKeys.Helper], Helper, "another helper stands there", Pattern);

    /// <summary>
    /// The entry by which a client asks this program for the registry; null for a pattern, which clients do not know.
    /// </summary>
    /// <param name="around">Where <c>credHelpers</c> is in the file.</param>
    public DesiredValue? InCredHelpers(ClientKind client, params string[] around)
    {
        bool isLiteral = new HostPattern(Pattern).IsLiteral;
        if (!isLiteral || !RegistryHost.TryParse(Pattern, out RegistryHost? host))
            return null;
        return new DesiredValue(
            [.. around, "credHelpers", client == ClientKind.Docker ? host.DockerKey : host.Name],
            HelperNames.Own,
            "another helper is asked for it now",
            Pattern
        );
    }

    /// <summary>What would make the routes fail, or never be used.</summary>
    /// <param name="environment">Of the user who pulls.</param>
    /// <param name="isAskedForAll">Whether the client is to ask this program for every registry.</param>
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
                $"clients do not know patterns, so {PullClientName(client)} would not ask for {pattern.Pattern}"
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
