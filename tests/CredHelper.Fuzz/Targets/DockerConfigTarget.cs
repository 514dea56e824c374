using System.Text;
using System.Text.Json;
using CredHelper.DockerConfig;
using CredHelper.Editing;
using CredHelper.Protocol;

namespace CredHelper.Fuzz.Targets;

/// <summary>Docker's config.json: read for logins, read as a runner reads it, and edited by setup.</summary>
internal sealed class DockerConfigTarget : IFuzzTarget
{
    private static readonly string[] Helper = ["credHelpers", "123456789012.dkr.ecr.eu-west-1.amazonaws.com"];

    public string Name => "docker-config";

    public void Read(ReadOnlySpan<byte> input)
    {
        byte[] content = input.ToArray();
        foreach (Credential login in DockerLogins.In(content))
            Promise.Holds(login.Username.Length > 0 && login.Secret.Length > 0, "a login has a user and a secret");
        foreach (
            DockerConfigFile read in new[]
            {
                DockerConfigFile.Parse(content),
                DockerConfigFile.ParseVariable(content),
                DockerConfigFile.ParseAuthFile(content),
            }
        )
        {
            Promise.Holds(read.Problem?.Contains('\n', StringComparison.Ordinal) != true, "a problem is one line");
        }

        Edit(content);
    }

    private static void Edit(byte[] content)
    {
        JsonEdit edit = JsonEdit.Parse("config.json", content);
        Promise.Holds(
            content.Length == 0
                || edit.ToBytes().SequenceEqual(content)
                || string.IsNullOrWhiteSpace(Encoding.UTF8.GetString(content)),
            "what is only read stays as it is"
        );
        Dictionary<string, string> others = Members(edit.ToBytes(), but: "credHelpers");
        if (edit.Find(Helper) is not null)
            return;
        IReadOnlyList<string[]> around = edit.MissingAround(Helper);
        edit.Put("\"ecr-login\"", Helper);
        byte[] once = edit.ToBytes();
        JsonEdit again = JsonEdit.Parse("config.json", once);
        Promise.Same("\"ecr-login\"", again.Find(Helper), "what was put is there");
        Promise.Holds(Same(others, Members(once, but: "credHelpers")), "what was not touched says the same");
        again.Put("\"ecr-login\"", Helper);
        Promise.Holds(again.ToBytes().SequenceEqual(once), "put twice is put once");
        again.Remove(Helper);
        foreach (string[] path in around.Reverse())
            again.RemoveIfEmpty(path);
        JsonEdit after = JsonEdit.Parse("config.json", again.ToBytes());
        Promise.Holds(after.Find(Helper) is null, "what was removed is gone");
        Promise.Holds(
            Same(others, Members(again.ToBytes(), but: "credHelpers")),
            "what was not touched says the same behind an undo"
        );
    }

    /// <summary>
    /// The outermost members by an independent reader; of a name that stands twice the last, none of a name that is no
    /// text.
    /// </summary>
    private static Dictionary<string, string> Members(byte[] content, string but)
    {
        using JsonDocument document = JsonDocument.Parse(
            content.AsMemory(content.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0)
        );
        var members = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonProperty member in document.RootElement.EnumerateObject())
        {
            try
            {
                if (!member.Name.Equals(but, StringComparison.OrdinalIgnoreCase))
                    members[member.Name] = member.Value.GetRawText();
            }
            catch (InvalidOperationException)
            {
                continue;
            }
        }
        return members;
    }

    private static bool Same(Dictionary<string, string> one, Dictionary<string, string> other) =>
        one.Count == other.Count
        && one.All(member => other.TryGetValue(member.Key, out string? value) && value == member.Value);
}
