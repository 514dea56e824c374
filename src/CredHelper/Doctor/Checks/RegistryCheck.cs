using CredHelper.Aws.Ecr;
using CredHelper.Configuration;
using CredHelper.Platform;
using CredHelper.Registry;

namespace CredHelper.Doctor.Checks;

/// <summary>
/// The registry itself, with the token: its front door, the manifest of the image, the first byte of a layer.
/// </summary>
internal sealed class RegistryCheck : ICheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public string? Progress => "asking the registry";

    public IEnumerable<Finding> Run(CheckContext context)
    {
        if (context.Helper is not { } helper)
            yield break;
        foreach (EcrRegistry registry in context.Registries)
        {
            if (!context.Tokens.TryGetValue(registry.Host, out IssuedToken? token))
            {
                yield return Finding.Skip(
                    "ECR506",
                    $"{registry.Host}: the registry is not asked, because there is no token"
                );
                continue;
            }
            IReadOnlyList<string> images =
            [
                .. context.Images.Where(image =>
                    CheckContext.IsImage(image) && CheckContext.RegistryOf(image)?.Host == registry.Host
                ),
            ];
            foreach (
                Finding finding in Deadline.Within(
                    Patience * Math.Max(1, images.Count),
                    cancellationToken => new RegistryProbe(helper, registry, token).RunAsync(images, cancellationToken)
                )
            )
            {
                yield return finding;
            }
        }
    }
}
