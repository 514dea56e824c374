using System.Globalization;
using System.Text;
using System.Text.Json;
using CredHelper.Aws.Config;
using CredHelper.Cache;
using CredHelper.CachedGet;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Aws.Sources;

/// <summary>
/// A role that requires an MFA code, using the session that the AWS CLI opened and stores in ~/.aws/cli/cache. The file
/// is only read. Its name is derived from the parameters of the role (<c>_create_cache_key</c> of botocore), so a
/// session of another role, device or duration is never used.
/// </summary>
internal sealed class CliSession(AwsContext aws, AwsProfile profile, RoleRequest role) : ICredentialSource
{
    private const int Longest = 1024 * 1024;

    private readonly string _words =
        $"role {ForeignText.Clean(role.RoleArn)} of {profile} via a session of the AWS CLI";

    public SourceFacts Facts => SourceFacts.OfProfile("cli-session", profile, "role_arn", role.RoleArn);

    public string Describe()
    {
        _ = Read();
        return _words;
    }

    public Task<AwsIdentity> ResolveAsync(CancellationToken cancellationToken)
    {
        (SessionKeys keys, string path) = Read();
        return Task.FromResult(
            new AwsIdentity(keys.Credentials, _words) { Dependencies = [new Dependency(DependencyKind.File, path)] }
        );
    }

    /// <summary>Returns the name of the session's file.</summary>
    public static string FileNameOf(AwsProfile profile, RoleRequest role)
    {
        // Same as Python's json.dumps(arguments, sort_keys=True).
        (string Name, string? Json)[] arguments =
        [
            ("DurationSeconds", role.Duration?.ToString(CultureInfo.InvariantCulture)),
            ("ExternalId", Quoted(role.ExternalId)),
            ("RoleArn", Quoted(role.RoleArn)),
            ("RoleSessionName", Quoted(role.SessionName)),
            ("SerialNumber", Quoted(profile["mfa_serial"])),
        ];
        IEnumerable<string> members = arguments
            .Where(argument => argument.Json is not null)
            .Select(argument => $"\"{argument.Name}\": {argument.Json}");
        return SsoSettings.NameOf($"{{{string.Join(", ", members)}}}");
    }

    /// <exception cref="HelperException">There is no such session, or it has expired.</exception>
    private (SessionKeys Keys, string Path) Read()
    {
        if (aws.Environment.Home is not { } home)
            throw None("the home directory with the sessions of the AWS CLI is unknown");
        string path = Path.Combine(home, ".aws", "cli", "cache", FileNameOf(profile, role));
        FileRead read = RegularFile.Read(path, Longest, out byte[] content);
        if (read is not (FileRead.Ok or FileRead.Missing))
            throw None($"{ForeignText.Clean(path)}, the session of the AWS CLI, cannot be read");
        if (KeysIn(content) is not { } keys)
        {
            string damage = read == FileRead.Ok ? $" ({ForeignText.Clean(path)} is not one)" : "";
            throw None($"the AWS CLI has no session for it{damage}");
        }
        return keys.Expiration > aws.Run.Now ? (keys, path) : throw None("the session of the AWS CLI has expired");
    }

    private static SessionKeys? KeysIn(byte[] content)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(content);
            JsonElement root = document.RootElement;
            return
                root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("Credentials", out JsonElement credentials)
                ? SessionKeys.TryRead(credentials, "SessionToken")
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private HelperException None(string what) =>
        new(
            FailureKind.Configuration,
            $"{profile} requires an MFA code, which cannot be entered through docker, and {what}",
            $"aws sts get-caller-identity --profile {SettingValue.Argument(profile.Name)}"
        );

    private static string? Quoted(string? text)
    {
        if (text is null)
            return null;
        var json = new StringBuilder("\"");
        foreach (char c in text)
        {
            json.Append(
                c switch
                {
                    '"' => "\\\"",
                    '\\' => "\\\\",
                    '\n' => "\\n",
                    '\t' => "\\t",
                    >= ' ' and <= '~' => c.ToString(),
                    _ => $"\\u{(int)c:x4}",
                }
            );
        }
        return json.Append('"').ToString();
    }
}
