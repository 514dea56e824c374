using System.Text;
using System.Text.Json;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;

namespace CredHelper.Setup;

/// <summary>
/// Looks through a docker config as GitLab Runner evaluates it (docs/protocol.md, 3.5 to 3.7): one helper that is
/// missing or one login that cannot be read makes it drop everything in there, our entries included.
/// </summary>
internal sealed class RunnerSourceCheck(EnvironmentSnapshot manager, SetupReport report)
{
    /// <param name="source">What to call it.</param>
    /// <param name="json">The whole docker config.</param>
    public void Run(string source, string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json.TrimStart('\uFEFF'));
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return;
            Look(source, document.RootElement);
        }
        catch (JsonException)
        {
            report.Warn($"{source} is not JSON, so the runner drops all of it; hint: repair it");
        }
    }

    private void Look(string source, JsonElement config)
    {
        if (config.TryGetProperty("credHelpers", out JsonElement helpers) && helpers.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty helper in helpers.EnumerateObject())
                LookForHelper(
                    $"{source}: credHelpers > {ForeignText.Clean(helper.Name)}",
                    helper.Value,
                    isStore: false
                );
        }
        if (config.TryGetProperty("credsStore", out JsonElement store))
            LookForHelper($"{source}: credsStore", store, isStore: true);
        if (!config.TryGetProperty("auths", out JsonElement auths) || auths.ValueKind != JsonValueKind.Object)
            return;
        foreach (JsonProperty login in auths.EnumerateObject())
        {
            if (
                login.Value.ValueKind == JsonValueKind.Object
                && login.Value.TryGetProperty("auth", out JsonElement auth)
                && !IsLogin(auth)
            )
                report.Warn(
                    $"{source}: auths > {ForeignText.Clean(login.Name)} cannot be read (auth is base64 of "
                        + "user:password), so the runner drops the whole of it; hint: take that entry away, or log "
                        + "in again"
                );
        }
    }

    private void LookForHelper(string place, JsonElement value, bool isStore)
    {
        if (
            value.ValueKind != JsonValueKind.String
            || value.GetString() is not { } name
            || (isStore && name.Length == 0)
        )
            return;
        if (name.Length == 0 || name.Contains('/', StringComparison.Ordinal))
            report.Warn(
                $"{place} is '{ForeignText.Clean(name)}', which fails every job of the runner; hint: take "
                    + "that entry away"
            );
        else if (name != HelperName.Short && SearchPath.Find(manager, $"docker-credential-{name}") is null)
            report.Warn(
                $"{place} is '{ForeignText.Clean(name)}', but docker-credential-{ForeignText.Clean(name)} "
                    + "is not on the manager's PATH, so the runner drops the whole of it; hint: install it, or "
                    + "take that entry away"
            );
    }

    private static bool IsLogin(JsonElement auth)
    {
        if (auth.ValueKind != JsonValueKind.String)
            return false;
        string text = auth.GetString()!;
        if (text.Length == 0)
            return true;
        byte[] decoded = new byte[text.Length];
        return Convert.TryFromBase64String(text, decoded, out int length)
            && Encoding.UTF8.GetString(decoded, 0, length).Contains(':', StringComparison.Ordinal);
    }
}
