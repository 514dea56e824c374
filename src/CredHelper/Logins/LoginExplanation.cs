using System.Text.Json;
using CredHelper.Configuration;
using CredHelper.CredentialStore;
using CredHelper.Diagnostics;
using CredHelper.DockerConfig;
using CredHelper.Errors;
using CredHelper.JobEnvironment;
using CredHelper.Output;
using CredHelper.Processes;
using CredHelper.Protocol;

namespace CredHelper.Logins;

/// <summary>
/// The source of the credentials that a <c>get</c> of a registry other than ECR returns. It prints no secret and runs
/// no other helper.
/// </summary>
internal sealed class LoginExplanation
{
    private readonly HelperContext _context;
    private readonly string _serverUrl;
    private readonly RegistryRoute? _route;
    private readonly EnvironmentLogins _environment;
    private readonly Credential? _stored;
    private readonly bool _isStoredByAnotherJob;

    private LoginExplanation(HelperContext context, string serverUrl)
    {
        _context = context;
        _serverUrl = serverUrl;
        _route = context.Configuration.RouteFor(serverUrl);
        _environment = EnvironmentLogins.Of(context.Caller, context.Settings.UsesEnvironmentLogins);
        // A section decides alone; stored credentials have no effect then and may be unreadable.
        if (_route is not null)
            return;
        _stored = StoredCredentials.OpenExisting(context.Environment)?.Find(serverUrl);
        _isStoredByAnotherJob = _stored is not null && _environment.IsOfAnotherJob(_stored);
    }

    /// <summary>Returns null if no source has credentials for the server, and none has a problem.</summary>
    public static FactSheet? Of(HelperContext context, string serverUrl)
    {
        var explanation = new LoginExplanation(context, serverUrl);
        Fact[] facts = [.. explanation._route is { } route ? explanation.FactsOf(route) : explanation.Facts()];
        return facts.Length > 0
            ? new FactSheet([new Fact("registry", ForeignText.Clean(serverUrl)), .. facts], explanation.Write)
            : null;
    }

    /// <summary>The source of the response, for machines.</summary>
    /// <param name="kind">One of the kinds in the schema explain.json.</param>
    /// <param name="words">The source, for people.</param>
    private sealed class Answer(string kind, string words)
    {
        public string Kind => kind;

        public string Words => words;

        /// <summary>The other helper that is run.</summary>
        public string? Program { get; init; }

        /// <summary>The variables with the user name and the secret.</summary>
        public IReadOnlyList<string> Variables { get; init; } = [];
    }

    private IEnumerable<Fact> FactsOf(RegistryRoute route)
    {
        yield return new Fact("decided by", route.Origin);
        yield return new Fact("answer", AnswerOf(route).Words);
    }

    private string WhereIs(string program) =>
        SearchPath.Find(_context.Caller, program) is { } path
            ? $"{program} is run ({path})"
            : $"none: {program} is not in PATH";

    private IEnumerable<Fact> Facts()
    {
        if (Find() is { } answer)
            yield return new Fact("answer", answer.Words);
        if (_isStoredByAnotherJob)
            yield return new Fact("ignored", "stored credentials: the job token of another job");
        foreach (EnvironmentLogin login in IgnoredLogins)
            yield return new Fact("ignored", OriginOf(login));
        if (_environment.ProblemOf(_serverUrl) is { } problem)
            yield return new Fact("warning", $"{problem.Problem}; hint: {problem.Hint}");
    }

    private bool HasStored => _stored is not null && !_isStoredByAnotherJob;

    private IEnumerable<EnvironmentLogin> IgnoredLogins => _environment.LoginsFor(_serverUrl).Skip(HasStored ? 0 : 1);

    private Answer? Find()
    {
        if (HasStored)
            return new Answer("stored", "credentials stored by docker login");
        if (_environment.Find(_serverUrl) is { } login)
            return new Answer("environment", OriginOf(login)) { Variables = login.Variables };
        if (OtherHelper.Fallback(_context) is { } fallback)
        {
            return new Answer("fallback", $"{fallback.Program} is run, then docker's config.json is read")
            {
                Program = fallback.Program,
            };
        }
        return DockerLogins.Find(_context.Environment, _serverUrl) is { } found && !_environment.IsOfAnotherJob(found)
            ? new Answer("docker-config", "docker's config.json")
            : null;
    }

    private Answer AnswerOf(RegistryRoute route) =>
        route switch
        {
            { Helper: not null } => new Answer("helper", WhereIs(route.Choice)) { Program = route.Choice },
            { PasswordFile: not null } => new Answer("password-file", route.Choice),
            { PasswordVariable: { } password } => new Answer("environment", route.Choice)
            {
                Variables = [.. new[] { route.UsernameVariable, password }.OfType<string>()],
            },
            _ => new Answer("anonymous", route.Choice),
        };

    private static string OriginOf(EnvironmentLogin login) => $"the environment ({login.Origin})";

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("kind", "other");
        writer.WriteString("registry", ForeignText.Clean(_serverUrl));
        writer.WriteOrNull("section", _route is null ? null : _route.Section.Write);
        WriteSource(writer, _route is null ? Find() : AnswerOf(_route));
        WriteIgnored(writer);
        writer.WriteString("problem", _route is null ? _environment.ProblemOf(_serverUrl)?.Problem : null);
    }

    private void WriteSource(Utf8JsonWriter writer, Answer? answer)
    {
        string? program = answer?.Program;
        writer.WriteStartObject("source");
        writer.WriteString("kind", answer?.Kind ?? "none");
        writer.WriteString("program", program);
        writer.WriteString("path", program is null ? null : SearchPath.Find(_context.Caller, program));
        writer.WriteString("file", _route?.PasswordFile);
        writer.WriteStrings("variables", answer?.Variables ?? []);
        writer.WriteEndObject();
    }

    private void WriteIgnored(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("ignored");
        if (_isStoredByAnotherJob)
            WriteIgnored(writer, "stored", []);
        foreach (EnvironmentLogin login in _route is null ? IgnoredLogins : [])
            WriteIgnored(writer, "environment", login.Variables);
        writer.WriteEndArray();
    }

    private static void WriteIgnored(Utf8JsonWriter writer, string kind, IEnumerable<string> variables)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", kind);
        writer.WriteStrings("variables", variables);
        writer.WriteEndObject();
    }
}
