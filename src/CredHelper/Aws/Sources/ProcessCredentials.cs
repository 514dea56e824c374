using System.Text.Json;
using CredHelper.Aws.Config;
using CredHelper.Cache;
using CredHelper.Errors;
using CredHelper.Processes;

namespace CredHelper.Aws.Sources;

/// <summary>
/// The credentials that a profile's <c>credential_process</c> prints (AWS CLI User Guide, "Sourcing credentials with an
/// external process"). This class starts the process itself: the SDK core's provider makes .NET look for the shell in
/// the current directory first, which may be a repository that contains one. Neither its standard output nor its
/// command line is printed, because both may contain secrets.
/// </summary>
internal sealed class ProcessCredentials(AwsContext aws, AwsProfile profile, string command) : ICredentialSource
{
    /// <summary>The share of the deadline; the rest is for STS and ECR.</summary>
    private const double Share = 0.8;

    /// <summary>
    /// How long a token is used if the process does not print an expiry: it may have read a file or called a service,
    /// and may print something else next time. Long enough for the pulls and pushes of one build.
    /// </summary>
    public static readonly TimeSpan UnknownLife = TimeSpan.FromMinutes(5);

    private readonly string _words = $"credential_process of {profile}";

    public SourceFacts Facts => SourceFacts.OfProfile("process", profile, "credential_process");

    public string Describe()
    {
        RequireOutermost();
        return _words;
    }

    public IReadOnlyList<Dependency> Inputs => ProcessInputs.Of(aws.Run.Caller, command, aws.ProcessVariables);

    /// <exception cref="HelperException">It fails, takes too long, or does not print credentials.</exception>
    public async Task<AwsIdentity> ResolveAsync(CancellationToken cancellationToken)
    {
        RequireOutermost();
        ChildResult result = await StartAsync(cancellationToken);
        if (result.ExitCode != 0)
        {
            string said = ForeignText.Clean(result.Error);
            throw Failed(
                FailureKind.Other,
                $"{_words} failed with exit code {result.ExitCode}{(said.Length > 0 ? $": {said}" : "")}"
            );
        }
        JsonElement json = EndpointJson.Parse(result.Output);
        if (VersionOf(json) is not 1)
        {
            throw Failed(
                FailureKind.BadResponse,
                $"{_words} did not print "
                    + $"{(json.ValueKind == JsonValueKind.Object ? "Version 1" : "a JSON object")}"
            );
        }

        SessionKeys keys =
            SessionKeys.TryRead(json, "SessionToken")
            ?? throw Failed(FailureKind.BadResponse, $"{_words} did not print AccessKeyId and SecretAccessKey");
        if (keys.Expiration < aws.Run.Now)
        {
            throw Failed(
                FailureKind.ExpiredCredentials,
                $"{_words} printed credentials that expired at {keys.Expiration:u}"
            );
        }

        return new AwsIdentity(keys.Credentials, _words)
        {
            Dependencies = Inputs,
            NotAfter = keys.Expiration,
            LongestLife = keys.Expiration is null ? UnknownLife : null,
        };
    }

    private void RequireOutermost()
    {
        if (aws.Environment[ChildProcess.GuardVariable] is not null)
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"{_words} cannot be started by a process that it, or another helper, started",
                $"remove the call of docker from the {_words}, or use another profile in it"
            )
            {
                IdentitySource = _words,
            };
        }
    }

    private async Task<ChildResult> StartAsync(CancellationToken cancellationToken)
    {
        (string path, string[] arguments) = OperatingSystem.IsWindows()
            ? WindowsCommand.Parse(command, aws.Run.Caller, _words)
            : ("/bin/sh", ["-c", command]);
        TimeSpan deadline = aws.Run.Settings.GetDeadline * Share;
        aws.Run.Log.Write($"starting the {_words}");
        try
        {
            return await ChildProcess.RunAsync(aws.Run.Caller, path, arguments, "", deadline, cancellationToken);
        }
        catch (HelperException exception) when (exception.Kind == FailureKind.Timeout)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new HelperException(
                FailureKind.Timeout,
                $"{_words} did not finish within {deadline.TotalSeconds:0.###} s",
                "run it by hand to check whether it waits for input, or increase AWS_ECR_TIMEOUT",
                exception
            );
        }
    }

    private static int? VersionOf(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty("Version", out JsonElement version)
        && version.ValueKind == JsonValueKind.Number
        && version.TryGetInt32(out int number)
            ? number
            : null;

    private HelperException Failed(FailureKind kind, string message) =>
        new(kind, message, $"run it by hand: {ByHand}") { Command = ByHand };

    private string ByHand => $"aws configure export-credentials --profile {SettingValue.Argument(profile.Name)}";
}
