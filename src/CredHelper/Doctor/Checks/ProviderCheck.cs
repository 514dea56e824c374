using CredHelper.CredentialProviders;
using CredHelper.Errors;
using CredHelper.PullResolution;
using CredHelper.Registry;

namespace CredHelper.Doctor.Checks;

/// <summary>
/// Checks which provider the kubelet runs for each image and what it returns. The providers are run as the kubelet runs
/// them.
/// </summary>
internal sealed class ProviderCheck : ICheck
{
    public string? Progress => "running the credential providers";

    public IEnumerable<Finding> Run(CheckContext context)
    {
        KubeletSnapshot node = context.Client.Kubelet!;
        if (node.Config is not { } config)
            yield break;
        if (context.Images.Count == 0)
        {
            yield return Finding.Skip("ECR707", "no image or registry was given");
            yield break;
        }
        foreach (JudgedImage image in context.Resolutions)
        {
            string name = ForeignText.Clean(image.Resolution.Image);
            foreach (Candidate candidate in image.Resolution.Candidates)
            {
                yield return Judge(context, node, config, name, candidate) with
                {
                    IsOfPull = true,
                };
            }
            string asked = KubeletResolution.NameOf(image.Resolution.Image);
            CredentialProvider? closed = config.Providers.FirstOrDefault(provider =>
                provider.RequiresServiceAccount && provider.PatternFor(asked) is not null
            );
            if (closed is not null)
            {
                yield return Finding.Skip(
                    "ECR708",
                    $"{name}: {ForeignText.Clean(closed.Name)} is only run with a service account token, "
                        + "which doctor does not have"
                );
            }
            else if (image.Resolution.Candidates.Count == 0)
            {
                yield return WithoutProvider(context, node, name, image.Resolution.Image) with
                {
                    IsOfPull = true,
                };
            }
        }
    }

    private static Finding Judge(
        CheckContext context,
        KubeletSnapshot node,
        ProviderConfig config,
        string image,
        Candidate candidate
    )
    {
        CredentialProvider provider = config.Providers.First(one =>
            (node.IsOurs(one) ? Diagnostics.HelperName.Short : one.Name) == candidate.Helper
        );
        ProviderRun run = node.Runs!.Get(provider, KubeletResolution.NameOf(image));
        string name = ForeignText.Clean(provider.Name),
            path = node.Runs.PathOf(provider);
        if (candidate.IsUsable)
        {
            string kept = run.Answer!.CacheDuration is { } duration ? $", cached for {duration}" : "";
            return Finding.Ok("ECR708", $"{image}: {name} returns credentials{kept} (matched {candidate.Key})");
        }
        if (run.Answer is not null)
            return WithoutLogin(context, image, name, run);
        string[] words = run.Words.Split("; hint: ", 2);
        return Finding.Fail(
            "ECR708",
            $"{image}: {path}: {ForeignText.Clean(run.Problem)}, so the kubelet pulls without it",
            Remedy.Advise(
                words.Length == 2
                    ? words[1]
                    : $"run it by hand{WithVariables(provider)}: {Trial(provider, path, image)}"
            )
        ) with
        {
            Detail = words[0].Length > 0 ? $": {words[0]}" : "",
            DependsOn =
            [
                Subject.Helper(provider.Name),
                .. node.IsOurs(provider) && CheckContext.RegistryOf(image) is { } registry
                    ? (Subject[])[new Subject(SubjectKind.Settings), Subject.Token(registry.Host)]
                    : [],
            ],
        };
    }

    /// <summary>The values may be secrets.</summary>
    private static string WithVariables(CredentialProvider provider) =>
        provider.Environment.Count > 0 ? $", with the variables of its env in {provider.File}" : "";

    private static Finding WithoutLogin(CheckContext context, string image, string name, ProviderRun run)
    {
        bool isNeeded = CheckContext.RegistryOf(image) is { Service: EcrService.Private };
        string keys = string.Join(", ", run.Answer!.Logins.Keys.Select(key => ForeignText.Clean(key)));
        string what = keys.Length > 0 ? $"credentials only for {keys}, which do not match" : "no credentials";
        string text = $"{image}: {name} returns {what}, so the pull is anonymous";
        return isNeeded
            ? Finding.Fail("ECR708", text, Remedy.Advise($"check the settings of {name}"))
            : Finding.Ok("ECR708", text);
    }

    private static string Trial(CredentialProvider provider, string path, string image) =>
        $"echo '{{\"kind\":\"CredentialProviderRequest\",\"apiVersion\":\"{provider.ApiVersion}\","
        + $"\"image\":\"{image}\"}}' | "
        + string.Join(' ', provider.Arguments.Prepend(path).Select(ShellWord.Quote));

    private static Finding WithoutProvider(CheckContext context, KubeletSnapshot node, string image, string asked)
    {
        string text = $"{image}: no provider has a matching pattern, so the pull is anonymous";
        if (CheckContext.RegistryOf(asked) is not { Service: EcrService.Private })
            return Finding.Ok("ECR707", text);
        return Finding.Fail("ECR707", $"{text} and ECR refuses it", context.Commands.SetupKubelet()) with
        {
            DependsOn = [Subject.Source(node.Paths!.Config)],
        };
    }
}
