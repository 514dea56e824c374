using System.Text;
using CredHelper.Aws.Config;
using CredHelper.Editing;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Fuzz.Targets;

/// <summary>
/// ~/.aws/config and, with the same bytes, ~/.aws/credentials: profiles, settings, endpoints; and setup's edit of the
/// region.
/// </summary>
internal sealed class AwsConfigTarget : IFuzzTarget
{
    private static readonly string[] Region = ["default", "region"];

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"fuzz-aws-{Environment.ProcessId}");

    public string Name => "aws-config";

    public void Read(ReadOnlySpan<byte> input)
    {
        File.WriteAllBytes(_path, input);
        try
        {
            ReadProfiles();
        }
        finally
        {
            File.Delete(_path);
        }
        Edit(input.ToArray());
    }

    private void ReadProfiles()
    {
        var environment = new EnvironmentSnapshot(
            new Dictionary<string, string> { ["AWS_CONFIG_FILE"] = _path, ["AWS_SHARED_CREDENTIALS_FILE"] = _path }
        );
        var profiles = AwsProfiles.Load(environment);
        foreach (string name in profiles.Names.Take(8))
        {
            Promise.Holds(profiles.Find(name) is not null, "a profile that is named is found");
            try
            {
                var settings = AwsSettings.Resolve(environment, profiles, name.Length > 0 ? name : null);
                Promise.Holds(
                    settings.Region is null
                        || settings.Region.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'),
                    "a region is a label of a host"
                );
                Promise.Holds(settings.MaxAttempts is null or > 0, "there is one attempt at least");
                if (settings.EndpointUrl("ecr") is { } endpoint)
                {
                    Promise.Holds(
                        endpoint.Url.IsAbsoluteUri && endpoint.Url.Scheme is "http" or "https",
                        "an endpoint is a URL"
                    );
                }
            }
            catch (HelperException exception) when (!exception.Message.Contains('\n', StringComparison.Ordinal))
            {
                // One profile's fault is not another's.
            }
        }
    }

    private static void Edit(byte[] content)
    {
        IniEdit edit = IniEdit.Parse("config", content);
        Promise.Holds(edit.ToBytes().SequenceEqual(content), "what is only read stays as it is");
        if (edit.Find(Region) is not null)
            return;
        edit.Put("eu-west-1", Region);
        byte[] once = edit.ToBytes();
        IniEdit again = IniEdit.Parse("config", once);
        Promise.Same("eu-west-1", again.Find(Region), "what was put is there");
        again.Put("eu-west-1", Region);
        Promise.Holds(again.ToBytes().SequenceEqual(once), "put twice is put once");
        again.Remove(Region);
        Promise.Holds(IniEdit.Parse("config", again.ToBytes()).Find(Region) is null, "what was removed is gone");
        Promise.Holds(Lines(content).All(Lines(once).Contains), "every line that stood there still does");
    }

    private static HashSet<string> Lines(byte[] content) =>
        [.. Encoding.UTF8.GetString(content).TrimStart('\uFEFF').Split('\r', '\n')];
}
