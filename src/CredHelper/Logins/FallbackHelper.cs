using System.Buffers;
using System.Text;
using System.Text.Json;
using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;
using CredHelper.Protocol;

namespace CredHelper.Logins;

/// <summary>
/// Another docker credential helper (<c>pass</c>, <c>secretservice</c>, <c>osxkeychain</c>, <c>wincred</c>, …) that
/// keeps the logins of registries that are not ECR, named by <c>AWS_ECR_FALLBACK</c>.
/// </summary>
internal sealed class FallbackHelper
{
    private const string Variable = "AWS_ECR_FALLBACK";

    private readonly HelperContext _context;
    private readonly string _program;

    private FallbackHelper(HelperContext context, string name)
    {
        _context = context;
        _program = HelperName.Prefix + name;
    }

    /// <summary>The configured helper; null where none is, or where we were called by it.</summary>
    public static FallbackHelper? Of(HelperContext context) =>
        context.Settings.Fallback is { } name && context.Environment[ChildProcess.GuardVariable] is null
            ? new FallbackHelper(context, name)
            : null;

    /// <summary>Null where it has no credentials for the server.</summary>
    /// <exception cref="HelperException">It is missing or fails.</exception>
    public Credential? Get(string serverUrl)
    {
        ChildResult result = Run("get", serverUrl + "\n");
        if (result.ExitCode != 0)
        {
            return result.Output.Contains(ProtocolText.NotFound, StringComparison.Ordinal)
                ? null
                : throw Failed("get", result);
        }
        Credential answer;
        try
        {
            // The server URL is optional in an answer; the one that was asked for is what counts.
            answer = Credential.ParseAnswer(Encoding.UTF8.GetBytes(result.Output), serverUrl);
        }
        catch (HelperException exception)
        {
            throw new HelperException(
                FailureKind.BadResponse,
                $"{_program} answered something that is not a credential",
                $"try it by hand: echo {serverUrl} | {_program} get",
                exception
            );
        }
        return answer.Secret.Length > 0 ? answer : null;
    }

    public void Store(Credential login)
    {
        ChildResult result = Run("store", Encoding.UTF8.GetString(login.ToJsonLine().Span));
        if (result.ExitCode != 0)
            throw Failed("store", result);
    }

    /// <summary>Nothing to erase is no failure.</summary>
    public void Erase(string serverUrl)
    {
        ChildResult result = Run("erase", serverUrl + "\n");
        if (result.ExitCode != 0 && !result.Output.Contains(ProtocolText.NotFound, StringComparison.Ordinal))
            throw Failed("erase", result);
    }

    /// <summary>Server URLs with their user names.</summary>
    public IReadOnlyList<(string ServerUrl, string Username)> List()
    {
        ChildResult result = Run("list", "unused\n");
        if (result.ExitCode != 0)
            throw Failed("list", result);
        try
        {
            using JsonDocument document = JsonDocument.Parse(result.Output);
            return
            [
                .. document.RootElement.EnumerateObject().Select(entry => (entry.Name, entry.Value.GetString() ?? "")),
            ];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new HelperException(
                FailureKind.BadResponse,
                $"{_program} list answered something that is not a list",
                null,
                exception
            );
        }
    }

    private ChildResult Run(string verb, string input)
    {
        string path =
            SearchPath.Find(_context.Caller, _program)
            ?? throw new HelperException(
                FailureKind.Configuration,
                $"{_program} ({_context.Environment.OriginOf(Variable)}) is not in PATH",
                $"install {_program}, or {_context.Environment.RemovalOf(Variable)}"
            );
        _context.Log.Write($"fallback: {path} {verb}");
        return ChildProcess.Run(_context.Caller, path, [verb], input, _context.Settings.FallbackDeadline);
    }

    private HelperException Failed(string verb, ChildResult result)
    {
        string said = ForeignText.Clean(result.Output.Length > 0 ? result.Output : result.Error);
        return new HelperException(
            FailureKind.Other,
            $"{_program} {verb} failed with exit code {result.ExitCode}: {said}",
            $"run {_program} {verb} by hand, or {_context.Environment.RemovalOf(Variable)}"
        );
    }
}
