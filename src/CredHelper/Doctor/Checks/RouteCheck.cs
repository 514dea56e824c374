using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Processes;
using CredHelper.PullResolution;

namespace CredHelper.Doctor.Checks;

/// <summary>
/// Checks the sections of the registry configuration that select credentials: which one applies to an image, and
/// whether the helper that it names is on the PATH.
/// </summary>
internal sealed class RouteCheck : ICheck
{
    public IEnumerable<Finding> Run(CheckContext context)
    {
        if (context.Helper is not { } helper)
            yield break;
        Dictionary<string, RegistryRoute> routes = [];
        foreach (string image in context.Images)
        {
            if (helper.Configuration.RouteFor(ImagePath.HostOf(image)) is { } route)
                routes[ForeignText.Clean(image)] = route;
        }
        foreach ((string image, RegistryRoute route) in routes)
        {
            yield return IsThere(context, route) ? Finding.Ok("ECR409", $"{image}: {route}") : Missing(image, route);
        }
        foreach (RegistryRoute route in helper.Configuration.Routes.Select(entry => entry.Route))
        {
            bool isReported = IsThere(context, route) || routes.Values.Any(used => used.Origin == route.Origin);
            if (!isReported)
            {
                yield return Missing("other registries", route) with
                {
                    Verdict = Verdict.Warn,
                };
            }
        }
    }

    private static bool IsThere(CheckContext context, RegistryRoute route) =>
        route.Helper is null || SearchPath.Find(context.Environment, route.Choice) is not null;

    private static Finding Missing(string image, RegistryRoute route) =>
        Finding.Fail(
            "ECR409",
            $"{image}: {route}, which is not on the PATH",
            Remedy.Advise($"install {ShellWord.Quote(route.Choice)}, or remove {route.Origin}")
        );
}
