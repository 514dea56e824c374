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
/// stores credentials of other registries: the fallback in <c>AWS_ECR_FALLBACK</c>, or one that a section of the
/// registry configuration names.
/// </summary>
internal sealed class OtherHelper
{
    private const string FallbackVariable = "AWS_ECR_FALLBACK";

    private readonly HelperContext _context;
    private readonly string _origin;
    private readonly string _removal;

    private OtherHelper(HelperContext context, string name, string origin, string removal)
    {
        _context = context;
        _origin = origin;
        _removal = removal;
        Program = HelperName.Prefix + name;
    }

    public string Program { get; }

    /// <summary>The program's name as a word of a command in a hint.</summary>
    private string ProgramWord => ShellWord.Quote(Program);

    /// <summary>
    /// Returns the fallback helper; null if there is none, or if a helper called this program. On
    /// Windows the default is wincred, which Docker Desktop installs.
    /// </summary>
    public static OtherHelper? Fallback(HelperContext context) =>
        Configured(context) ?? (OperatingSystem.IsWindows() ? OfWindows(context) : null);

    private static OtherHelper? OfWindows(HelperContext context)
    {
        const string Keychain = "wincred";
        return !IsCalledByHelper(context) && SearchPath.Find(context.Caller, HelperName.Prefix + Keychain) is not null
            ? new OtherHelper(
                context,
                Keychain,
                "the default on Windows",
                $"set {FallbackVariable} to the name of another helper"
            )
            : null;
    }

    private static OtherHelper? Configured(HelperContext context) =>
        context.Settings.Fallback is { } name && !IsCalledByHelper(context)
            ? new OtherHelper(
                context,
                name,
                context.Environment.OriginOf(FallbackVariable),
                context.Environment.RemovalOf(FallbackVariable)
            )
            : null;

    /// <summary>
    /// Returns the helper that a section names; null if it names none, or if a helper called this program.
    /// </summary>
    public static OtherHelper? Of(HelperContext context, RegistryRoute route) =>
        route.Helper is { } name && !IsCalledByHelper(context)
            ? new OtherHelper(context, name, route.Origin, $"remove {route.Origin}")
            : null;

    private static bool IsCalledByHelper(HelperContext context) =>
        context.Environment[ChildProcess.GuardVariable] is not null;

    /// <summary>Returns null if it has no credentials for the server.</summary>
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
            // The server URL is optional in a response; the requested one counts.
            answer = Credential.ParseAnswer(Encoding.UTF8.GetBytes(result.Output), serverUrl);
        }
        catch (HelperException exception)
        {
            throw new HelperException(
                FailureKind.BadResponse,
                $"{Program} returned an invalid credential",
                $"try it by hand: echo {ShellWord.Quote(serverUrl)} | {ProgramWord} get",
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

    /// <summary>Not an error if there is nothing to erase.</summary>
    public void Erase(string serverUrl)
    {
        ChildResult result = Run("erase", serverUrl + "\n");
        if (result.ExitCode != 0 && !result.Output.Contains(ProtocolText.NotFound, StringComparison.Ordinal))
            throw Failed("erase", result);
    }

    /// <summary>Returns server URLs with their user names.</summary>
    /// <param name="deadline">Null for that of a helper that may prompt the user.</param>
    public IReadOnlyList<(string ServerUrl, string Username)> List(TimeSpan? deadline = null)
    {
        ChildResult result = Run("list", "unused\n", deadline);
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
                $"{Program} list returned an invalid list",
                null,
                exception
            );
        }
    }

    private ChildResult Run(string verb, string input, TimeSpan? deadline = null)
    {
        string path =
            SearchPath.Find(_context.Caller, Program)
            ?? throw new HelperException(
                FailureKind.Configuration,
                $"{Program} ({_origin}) is not in PATH",
                $"install {ProgramWord}, or {_removal}"
            );
        _context.Log.Write($"{_origin}: {path} {verb}");
        return ChildProcess.Run(_context.Caller, path, [verb], input, deadline ?? _context.Settings.FallbackDeadline);
    }

    private HelperException Failed(string verb, ChildResult result)
    {
        string said = ForeignText.Clean(result.Output.Length > 0 ? result.Output : result.Error);
        return new HelperException(
            FailureKind.Other,
            $"{Program} {verb} failed with exit code {result.ExitCode}: {said}",
            $"run {ProgramWord} {verb} by hand, or {_removal}"
        );
    }
}
