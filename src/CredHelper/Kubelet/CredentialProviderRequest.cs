using System.Text.Json;
using CredHelper.Diagnostics;
using CredHelper.Errors;

namespace CredHelper.Kubelet;

/// <summary>
/// The kubelet's request to an image credential provider (KEP-2133, KEP-4412): the image, and the token and annotations
/// of the pod's service account if the configuration requests them.
/// </summary>
internal sealed record CredentialProviderRequest(
    string ApiVersion,
    string Image,
    string? ServiceAccountToken,
    string? RoleAnnotation
)
{
    public const string RoleAnnotationName = "eks.amazonaws.com/ecr-role-arn";
    private const string Group = "credentialprovider.kubelet.k8s.io/";
    private static readonly string[] Versions = [Group + "v1", Group + "v1beta1", Group + "v1alpha1"];

    /// <summary>Omits the token.</summary>
    public override string ToString() => Image;

    /// <exception cref="HelperException">It is not such a request.</exception>
    public static CredentialProviderRequest Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            return Read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw Bad("standard input is not a CredentialProviderRequest in JSON", exception);
        }
    }

    private static CredentialProviderRequest Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw Bad("standard input is not a CredentialProviderRequest in JSON");
        string? kind = Text(root, "kind"),
            version = Text(root, "apiVersion"),
            image = Text(root, "image");
        if (kind != "CredentialProviderRequest")
            throw Bad($"the kind '{ForeignText.Clean(kind)}' is not CredentialProviderRequest");
        if (!Versions.Contains(version))
            throw Bad($"the apiVersion '{ForeignText.Clean(version)}' is not one of {string.Join(", ", Versions)}");
        if (image is not { Length: > 0 })
            throw Bad("the request has no image");
        string? role =
            root.TryGetProperty("serviceAccountAnnotations", out JsonElement annotations)
            && annotations.ValueKind == JsonValueKind.Object
                ? Text(annotations, RoleAnnotationName)
                : null;
        return new CredentialProviderRequest(version!, image, Text(root, "serviceAccountToken"), role);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    private static HelperException Bad(string what, Exception? inner = null) =>
        new(
            FailureKind.Usage,
            what,
            $"use the configuration that {HelperName.Program} setup kubelet prints; the kubelet runs this command",
            inner
        );
}
