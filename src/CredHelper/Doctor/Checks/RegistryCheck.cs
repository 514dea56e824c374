using CredHelper.Aws;
using CredHelper.Registry;

namespace CredHelper.Doctor.Checks;

/// <summary>
/// The registry itself, with the token: its front door, the manifest of the image, the first byte of a layer.
/// </summary>
internal sealed class RegistryCheck : ICheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public string? Progress => "asking the registry";

    public IEnumerable<Finding> Run(DoctorRun run)
    {
        if (run.Invocation is not { } invocation)
            yield break;
        foreach (EcrRegistry registry in run.Registries)
        {
            if (!run.Tokens.TryGetValue(registry.Host, out IssuedToken? token))
            {
                yield return Finding.Skip(
                    "ECR506",
                    $"{registry.Host}: the registry is not asked, because there is no token"
                );
                continue;
            }
            IReadOnlyList<string> images =
            [
                .. run.Images.Where(image =>
                    DoctorRun.IsImage(image) && DoctorRun.RegistryOf(image)?.Host == registry.Host
                ),
            ];
            foreach (
                Finding finding in Invocation.Within(
                    Patience * Math.Max(1, images.Count),
                    cancellationToken =>
                        new RegistryProbe(invocation, registry, token).RunAsync(images, cancellationToken)
                )
            )
                yield return finding;
        }
    }
}
