using CredHelper.Platform;
using CredHelper.Processes;
using CredHelper.Protocol;

namespace CredHelper.PullResolution;

/// <summary>
/// Looks up helpers on the PATH without running them, for a process that must not run the programs of another user. A
/// helper that exists is assumed to have credentials.
/// </summary>
internal sealed class HelperPrograms(EnvironmentSnapshot environment) : ICredentialHelpers
{
    public bool IsOnPath(string program) => SearchPath.Find(environment, program) is not null;

    public HelperAnswer Get(string helper, string key) =>
        Missing(helper) is { } failure ? HelperAnswer.Failed(failure) : HelperAnswer.Of(new Credential(key, "?", "?"));

    public IReadOnlyList<string> List(string helper, out string? failure)
    {
        failure = Missing(helper);
        return [];
    }

    private string? Missing(string helper) =>
        IsOnPath(HelperProgram.Of(helper)) ? null : HelperProgram.NotOnPath(helper);
}
