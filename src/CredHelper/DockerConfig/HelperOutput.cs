using System.Text;
using System.Text.Json;
using CredHelper.Protocol;

namespace CredHelper.DockerConfig;

/// <summary>The output of a credential helper, as docker, GitLab Runner and podman decode it.</summary>
internal static class HelperOutput
{
    private const string UserName = "Username",
        SecretName = "Secret";

    private static readonly GoType Login = GoType.Texts("ServerURL", UserName, SecretName),
        Keys = GoType.Map(GoType.Text);

    /// <summary>Parses the answer to <c>get</c>; null if it is not a credential.</summary>
    public static Credential? ParseCredential(string output, string key) =>
        Decode(Login, output, out object? decoded)
            ? new Credential(key, Field(decoded, UserName), Field(decoded, SecretName))
            : null;

    /// <summary>Parses the keys of the answer to <c>list</c>; null if it is not a list.</summary>
    public static IReadOnlyList<string>? ParseKeys(string output) =>
        Decode(Keys, output, out object? decoded) ? [.. FieldsOf(decoded).Keys] : null;

    private static bool Decode(GoType type, string output, out object? decoded)
    {
        decoded = null;
        try
        {
            var decoding = new GoDecoding();
            decoded = type.Decode(JsonValue.ReadFirst(Encoding.UTF8.GetBytes(output), out _), null, "", decoding);
            return decoding.Problem is null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static Dictionary<string, object?> FieldsOf(object? decoded) =>
        decoded as Dictionary<string, object?> ?? [];

    private static string Field(object? decoded, string name) =>
        FieldsOf(decoded).GetValueOrDefault(name) as string ?? "";
}
