using CredHelper.JobEnvironment;
using CredHelper.Platform;
using CredHelper.PullResolution;

namespace CredHelper.Doctor.Checks;

/// <summary>Checks registry credentials in the variables of a CI job: which are used, and which are invalid.</summary>
internal sealed class EnvironmentLoginsCheck : ICheck
{
    public IEnumerable<Finding> Run(CheckContext context)
    {
        if (context.Helper is not { } helper)
            yield break;
        var environment = EnvironmentLogins.Of(helper.Caller, helper.Settings.UsesEnvironmentLogins);
        foreach (EnvironmentProblem problem in environment.Problems())
        {
            bool isWanted = problem.Host is { } host && context.Images.Any(image => IsOf(image, host.Name));
            yield return new Finding(
                "ECR408",
                isWanted ? Verdict.Fail : Verdict.Warn,
                $"{(problem.Host is { } named ? $"{named}: " : "")}{problem.Problem}",
                Remedy.Advise(problem.Hint)
            )
            {
                IsOfPull = isWanted,
            };
        }
        foreach (EnvironmentLogin login in LoginsOf(context, environment))
        {
            yield return Finding.Ok("ECR408", $"{login.Host}: the environment contains credentials ({login.Origin})");
            foreach (EnvironmentLogin ignored in environment.LoginsFor(login.Host.Name).Skip(1))
            {
                if (ignored.Username == login.Username && ignored.Secret == login.Secret)
                    continue;
                yield return Finding.Warn(
                    "ECR408",
                    $"{login.Host}: other credentials in {ignored.Origin} are ignored",
                    Remedy.Advise($"unset {login.Origin}, or log in with docker login")
                );
            }
        }
    }

    /// <summary>
    /// Those that variables name, and those of the images, for which a variable may name the end of a host.
    /// </summary>
    private static IEnumerable<EnvironmentLogin> LoginsOf(CheckContext context, EnvironmentLogins environment) =>
        environment
            .All()
            .Concat(
                context
                    .Images.Where(image => CheckContext.RegistryOf(image) is null)
                    .Select(image => environment.Find(ImagePath.HostOf(image)))
                    .OfType<EnvironmentLogin>()
            )
            .DistinctBy(login => login.Host);

    private static bool IsOf(string image, string host) => AsciiCase.AreEqual(ImagePath.HostOf(image), host);
}
