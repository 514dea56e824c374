using CredHelper.Cache;
using CredHelper.Configuration;
using CredHelper.Errors;
using CredHelper.Registry;

namespace CredHelper.Doctor.Checks;

/// <summary>Checks the program's own settings and the registry configuration.</summary>
internal sealed class SettingsCheck : ICheck
{
    public IEnumerable<Finding> Run(CheckContext context)
    {
        HelperException? failure = null;
        try
        {
            context.Helper = HelperContext.Start(context.Environment);
        }
        catch (HelperException exception)
        {
            failure = exception;
        }
        if (failure is not null)
        {
            yield return Finding
                .Fail("ECR401", $"settings: {failure.Message}", context.Commands.Of(failure))
                .On(new Subject(SubjectKind.Settings));
        }
        if (context.Helper is not { } helper)
            yield break;
        (string Setting, string Words)[] meaningless = [.. HelperSettings.Meaningless(helper.Environment)];
        foreach ((string setting, string words) in meaningless)
        {
            yield return Finding.Warn(
                "ECR401",
                $"{setting} is not a valid value; the setting is ignored",
                Remedy.Advise($"set it to {words}, or {helper.Environment.RemovalOf(setting.Split('=')[0])}")
            );
        }

        if (meaningless.Length == 0)
            yield return Finding.Ok("ECR401", "the settings and the registry configuration are valid");
        foreach (EcrRegistry registry in context.Registries)
        {
            if (!helper.Configuration.Allows(registry))
            {
                yield return Finding
                    .Fail(
                        "ECR402",
                        $"allow in the registry configuration does not include {registry.Host}, so it gets no token",
                        Remedy.Advise(
                            $"add the registry to allow in [default] of {CacheKey.RegistryConfigurationFiles}"
                        )
                    )
                    .On(Subject.Token(registry.Host))
                    .WarnIf(context.IsServedByOthers(registry));
            }
        }
    }
}
