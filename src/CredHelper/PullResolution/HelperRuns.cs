using System.Text;
using System.Text.Json;
using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;
using CredHelper.Protocol;

namespace CredHelper.PullResolution;

/// <summary>What a credential helper answered: credentials, that it knows none, or a failure in words.</summary>
internal sealed record HelperAnswer(Outcome Outcome, string? Username, string? Failure);

/// <summary>
/// Runs the helpers that a configuration names as the client under examination would: from its PATH, in its
/// environment.
/// Each question is asked once.
/// </summary>
internal sealed class HelperRuns(EnvironmentSnapshot environment)
{
    /// <summary>Clients wait without end; a person at a doctor does not.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Dictionary<
        (string Helper, string Verb, string Input),
        (ChildResult? Result, string? Failure)
    > _runs = [];

    public HelperAnswer Get(string helper, string key)
    {
        (ChildResult? result, string? failure) = Run(helper, "get", key);
        if (result is null)
            return new HelperAnswer(Outcome.Failed, null, failure);
        if (result.ExitCode != 0)
        {
            return result.Output.Trim() == ProtocolText.NotFound
                ? new HelperAnswer(Outcome.NotFound, null, FirstLine(result.Error))
                : new HelperAnswer(
                    Outcome.Failed,
                    null,
                    $"{HelperName.Prefix}{helper} get fails: "
                        + $"{FirstLine(result.Output.Length > 0 ? result.Output : result.Error)}"
                );
        }
        try
        {
            Credential credential = Credential.ParseAnswer(Encoding.UTF8.GetBytes(result.Output), key);
            return new HelperAnswer(
                credential.Secret.Length > 0 ? Outcome.Credentials : Outcome.Empty,
                credential.Username,
                null
            );
        }
        catch (HelperException)
        {
            return new HelperAnswer(
                Outcome.Failed,
                null,
                $"{HelperName.Prefix}{helper} get answers something that is not a credential"
            );
        }
    }

    /// <summary>
    /// What the helper said on standard error when it was asked for a key; null where that was nothing.
    /// </summary>
    public string? Words(string helper, string key) =>
        _runs.TryGetValue((helper, "get", key), out (ChildResult? Result, string? Failure) known)
        && known.Result?.Error.Split('\n')[0].Trim() is { Length: > 0 } line
        && !line.Any(char.IsControl)
            ? line
            : null;

    /// <summary>The keys that <c>list</c> names.</summary>
    public IReadOnlyList<string> List(string helper, out string? failure)
    {
        (ChildResult? result, failure) = Run(helper, "list", "unused");
        if (result is null)
            return [];
        if (result.ExitCode != 0)
        {
            failure =
                $"{HelperName.Prefix}{helper} list fails: "
                + $"{FirstLine(result.Output.Length > 0 ? result.Output : result.Error)}";
            return [];
        }
        try
        {
            using JsonDocument document = JsonDocument.Parse(result.Output);
            return [.. document.RootElement.EnumerateObject().Select(entry => entry.Name)];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            failure = $"{HelperName.Prefix}{helper} list answers something that is not a list";
            return [];
        }
    }

    private (ChildResult? Result, string? Failure) Run(string helper, string verb, string input)
    {
        if (_runs.TryGetValue((helper, verb, input), out (ChildResult?, string?) known))
            return known;
        return _runs[(helper, verb, input)] = Start(helper, verb, input);
    }

    private (ChildResult? Result, string? Failure) Start(string helper, string verb, string input)
    {
        string program = HelperName.Prefix + helper;
        if (SearchPath.Find(environment, program) is not { } path)
            return (null, $"{program} is not on the PATH");
        try
        {
            return (ChildProcess.Run(environment, path, [verb], input + "\n", Patience, isMarked: false), null);
        }
        catch (HelperException exception)
        {
            return (null, exception.Message);
        }
    }

    private static string FirstLine(string text) => ForeignText.Clean(text.Split('\n')[0]);
}
