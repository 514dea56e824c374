using System.Text.Json;
using CredHelper.Aws.Config;
using CredHelper.Errors;
using CredHelper.Processes;

namespace CredHelper.Aws.Sources;

/// <summary>
/// What a profile's <c>credential_process</c> prints (AWS CLI User Guide, "Sourcing credentials with an external
/// process").
/// Started by us: Core's provider lets .NET look for the shell in the current directory first, which may be a
/// repository
/// that brought one along. Its standard output is never shown, and neither is the command, which may hold a password.
/// </summary>
internal sealed class ProcessCredentials(AwsContext aws)
{
    /// <summary>Of the whole deadline; the rest is for STS and ECR.</summary>
    private const double Share = 0.8;

    /// <exception cref="HelperException">It fails, takes too long, or prints no credentials.</exception>
    public async Task<AwsIdentity> RunAsync(AwsProfile profile, string command, CancellationToken cancellationToken)
    {
        string words = $"credential_process of {profile}";
        if (aws.Environment[ChildProcess.GuardVariable] is not null)
        {
            throw new HelperException(
                FailureKind.Configuration,
                $"{words} is not started by a process that it, or another helper, started itself",
                $"let {words} do without docker, or use another profile in it"
            )
            {
                IdentitySource = words,
            };
        }
        ChildResult result = await StartAsync(command, words, cancellationToken);
        if (result.ExitCode != 0)
        {
            string said = ForeignText.Clean(result.Error);
            throw Failed(
                FailureKind.Other,
                $"{words} failed with exit code {result.ExitCode}{(said.Length > 0 ? $": {said}" : "")}",
                profile
            );
        }
        JsonElement json = EndpointJson.Parse(result.Output);
        if (VersionOf(json) is not 1)
            throw Failed(
                FailureKind.BadResponse,
                $"{words} printed "
                    + $"{(json.ValueKind == JsonValueKind.Object ? "no Version 1" : "what is no JSON object")}",
                profile
            );
        SessionKeys keys =
            SessionKeys.TryRead(json, "SessionToken")
            ?? throw Failed(FailureKind.BadResponse, $"{words} printed no AccessKeyId and SecretAccessKey", profile);
        if (keys.Expiration < aws.Run.Now)
            throw Failed(
                FailureKind.ExpiredCredentials,
                $"{words} printed credentials that expired at {keys.Expiration:u}",
                profile
            );
        return new AwsIdentity(keys.Credentials, words);
    }

    private async Task<ChildResult> StartAsync(string command, string words, CancellationToken cancellationToken)
    {
        (string shell, string option) = OperatingSystem.IsWindows()
            ? (Path.Combine(Environment.SystemDirectory, "cmd.exe"), "/c")
            : ("/bin/sh", "-c");
        TimeSpan deadline = aws.Run.Settings.GetDeadline * Share;
        aws.Run.Log.Write($"starting the {words}");
        try
        {
            return await ChildProcess.RunAsync(
                aws.Run.Caller,
                shell,
                [option, command],
                "",
                deadline,
                cancellationToken
            );
        }
        catch (HelperException exception) when (exception.Kind == FailureKind.Timeout)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new HelperException(
                FailureKind.Timeout,
                $"{words} did not answer within {deadline.TotalSeconds:0.###} s",
                "it may be waiting for a person: run it by hand, or allow more with AWS_ECR_TIMEOUT",
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

    private static HelperException Failed(FailureKind kind, string message, AwsProfile profile) =>
        new(
            kind,
            message,
            $"run it by hand: aws configure export-credentials --profile {SettingValue.Argument(profile.Name)}"
        );
}
