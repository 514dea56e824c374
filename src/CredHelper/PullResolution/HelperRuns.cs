using CredHelper.DockerConfig;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;
using CredHelper.Protocol;

namespace CredHelper.PullResolution;

/// <summary>
/// Runs the helpers that a configuration names as the client would: from its PATH, in its environment. Each request is
/// sent once.
/// </summary>
internal class HelperRuns(EnvironmentSnapshot environment) : ICredentialHelpers
{
    /// <summary>Clients wait without a limit; a diagnosis must end.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly Dictionary<
        (string Helper, string Verb, string Input),
        (ChildResult? Result, string? Failure)
    > _runs = [];

    public bool IsOnPath(string program) => SearchPath.Find(environment, program) is not null;

    public HelperAnswer Get(string helper, string key)
    {
        (ChildResult? result, string? failure) = Run(helper, "get", key);
        if (result is null)
            return HelperAnswer.Failed(failure!);
        if (result.ExitCode == 0)
        {
            return HelperOutput.ParseCredential(result.Output, key) is { } login
                ? HelperAnswer.Of(login)
                : HelperAnswer.Failed($"{HelperProgram.Of(helper)} get did not print credentials");
        }
        return result.Output.Trim() == ProtocolText.NotFound
            ? new HelperAnswer(Outcome.NotFound)
            : HelperAnswer.Failed($"{HelperProgram.Of(helper)} get failed: {WordsOf(result)}");
    }

    /// <summary>The result of the helper's <c>get</c> for a key; null if it was not run for that key.</summary>
    public ChildResult? ResultOf(string helper, string key) => _runs.GetValueOrDefault((helper, "get", key)).Result;

    /// <summary>What the helper's <c>get</c> for a key printed to standard error; null if that is empty.</summary>
    public string? Words(string helper, string key) =>
        ResultOf(helper, key)?.Error.Split('\n')[0].Trim() is { Length: > 0 } line && !line.Any(char.IsControl)
            ? line
            : null;

    /// <summary>The keys that <c>list</c> prints.</summary>
    public IReadOnlyList<string> List(string helper, out string? failure)
    {
        (ChildResult? result, failure) = Run(helper, "list", "unused");
        if (result is null)
            return [];
        if (result.ExitCode != 0)
        {
            failure = $"{HelperProgram.Of(helper)} list failed: {WordsOf(result)}";
            return [];
        }
        if (HelperOutput.ParseKeys(result.Output) is { } keys)
            return keys;
        failure = $"{HelperProgram.Of(helper)} list did not print a list";
        return [];
    }

    private (ChildResult? Result, string? Failure) Run(string helper, string verb, string input)
    {
        if (_runs.TryGetValue((helper, verb, input), out (ChildResult?, string?) known))
            return known;
        return _runs[(helper, verb, input)] = Start(helper, verb, input);
    }

    /// <returns>The result of the program, or why it could not be started.</returns>
    protected virtual (ChildResult? Result, string? Failure) Start(string helper, string verb, string input)
    {
        if (SearchPath.Find(environment, HelperProgram.Of(helper)) is not { } path)
            return (null, HelperProgram.NotOnPath(helper));
        try
        {
            return (ChildProcess.Run(environment, path, [verb], input, Timeout, isMarked: false), null);
        }
        catch (HelperException exception)
        {
            return (null, exception.Message);
        }
    }

    private static string WordsOf(ChildResult result) =>
        ForeignText.Clean((result.Output.Length > 0 ? result.Output : result.Error).Split('\n')[0]);
}
