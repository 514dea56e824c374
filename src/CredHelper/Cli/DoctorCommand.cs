using System.CommandLine;
using System.CommandLine.Parsing;
using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Doctor;
using CredHelper.Doctor.Checks;
using CredHelper.Errors;
using CredHelper.GitLabRunner;
using CredHelper.Output;
using CredHelper.Platform;
using CredHelper.Processes;
using CredHelper.PullResolution;

namespace CredHelper.Cli;

/// <summary>
/// <c>doctor</c>: diagnoses why pulls succeed or fail, from the point of view of the client that pulls. For GitLab
/// Runner the checks run in a process of the runner manager's user, with exactly the manager's environment.
/// </summary>
internal static class DoctorCommand
{
    public const string Name = "doctor";

    /// <summary>
    /// Hidden option of the child process that runs as the manager's user. It reads its facts from standard input.
    /// </summary>
    public const string SeatOption = "--seated";

    private const string ClientOption = "--as";

    private const int Hanging = 2;

    /// <summary>The only file name extension that node_exporter's textfile collector reads.</summary>
    private const string MetricsEnding = ".prom";

    public static Command Create()
    {
        var images = new Argument<string[]>("image")
        {
            Description = "Images or registries to check (default: those in the configuration)",
            Arity = ArgumentArity.ZeroOrMore,
        };
        images.Validators.Add(RequireImages);
        var seat = new Option<string>(ClientOption)
        {
            Description = "Client to diagnose (default: gitlab-runner if a config.toml is found, otherwise docker)",
        };
        seat.AcceptOnlyFromAmong("gitlab-runner", "docker", "podman", "kubelet");
        Option<string> config = new Option<string>("--runner-config")
        {
            Description = "config.toml of the runner manager (default: detected)",
            HelpName = "FILE",
        };
        Option<string> home = new Option<string>("--runner-home")
        {
            Description = "Home directory of the runner manager (default: detected)",
            HelpName = "DIR",
        };
        Option<string> variable = new Option<string>("--ci-variable")
        {
            Description = "File with the value of the CI/CD variable DOCKER_AUTH_CONFIG; - is standard input",
            HelpName = "FILE",
        };
        var kubelet = new KubeletOptions();
        var job = new Option<bool>("--job-token")
        {
            Description = "Check the logins that GitLab gives the job: CI_REGISTRY and the dependency proxy",
        };
        var offline = new Option<bool>("--offline")
        {
            Description = "Send no requests; configured credential helpers still run",
        };
        var json = new Option<bool>("--json") { Description = "Print one JSON object (same as --format json)" };
        var format = new Option<string>("--format") { Description = "Format of the report (default: text)" };
        format.AcceptOnlyFromAmong(DoctorRequest.PlainText, DoctorRequest.Json, DoctorRequest.Prometheus);
        Option<string> output = new Option<string>(DoctorRequest.OutputOption)
        {
            Description =
                "File to replace with the report (default: print it); for --format prometheus its name must end in "
                + MetricsEnding,
            HelpName = "FILE",
        };
        var seated = new Option<bool>(SeatOption) { Hidden = true };
        var command = new HelpfulCommand(
            Name,
            $"""
            Diagnose why image pulls succeed or fail, and suggest fixes

            Examples:
              sudo {HelperName.Program} {Name}
              sudo {HelperName.Program} {Name} 123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1
              {HelperName.Program} {Name} --as docker public.ecr.aws
              sudo {HelperName.Program} {Name} --as kubelet 123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1
              {HelperName.Program} {Name} --job-token "$CI_REGISTRY_IMAGE"
              {HelperName.Program} {Name} --format prometheus --output /var/lib/prometheus/node-exporter/ecr-login.prom
            """
        )
        {
            images,
            seat,
            config,
            home,
            variable,
            job,
            kubelet.Config,
            kubelet.BinDirectory,
            offline,
            json,
            format,
            output,
            seated,
        };
        command.Validators.Add(result => RequireFormat(result, json, format, output));
        command.Validators.Add(result => RequireRunner(result, seat, config, home, variable));
        command.Validators.Add(result => kubelet.Require(result, seat));
        command.SetAction(call =>
        {
            var request = new DoctorRequest
            {
                Images = [.. call.GetValue(images) ?? []],
                IsOffline = call.GetValue(offline),
                Format = DoctorRequest.FormatOf(call.GetValue(json) ? DoctorRequest.Json : call.GetValue(format)),
                File = call.GetValue(output),
                Call = [.. call.Tokens.Select(token => token.Value)],
            };
            EnvironmentSnapshot caller = EnvironmentSnapshot.Take();
            bool isKubelet = call.GetValue(seat) == "kubelet";
            if (call.GetValue(seated))
            {
                if (isKubelet)
                    return Examine(KubeletDoctor.ClientOf(caller, Terminal.ReadToEnd()), request);
                ManagerSnapshot facts = ManagerSnapshot.Parse(Terminal.ReadToEnd());
                return Examine(ClientOf(caller, facts), request);
            }

            if (isKubelet)
                return KubeletDoctor.Run(caller, request, kubelet.ConfigOf(call), kubelet.BinDirectoryOf(call));
            ManagerSnapshotBuilder runner = new ManagerSnapshotBuilder(
                call.GetValue(config),
                call.GetValue(home),
                call.GetValue(variable),
                call.GetValue(job)
            );
            return call.GetValue(seat) switch
            {
                "docker" => AsOwnerOfHome(ClientKind.Docker, caller, runner, request),
                "podman" => AsOwnerOfHome(ClientKind.Podman, caller, runner, request),
                var name => AsRunner(
                    caller,
                    runner,
                    request,
                    isAsked: name is not null || runner.CiVariable is not null
                ),
            };
        });
        return command;
    }

    private static void RequireFormat(
        CommandResult result,
        Option<bool> json,
        Option<string> format,
        Option<string> output
    )
    {
        string? name = Text.Given(result, format);
        if (result.GetResult(json) is { Implicit: false } && name is not (null or DoctorRequest.Json))
            result.AddError($"--json and --format {name} cannot be used together");
        if (
            name == DoctorRequest.Prometheus
            && Text.Given(result, output) is { } file
            && !file.EndsWith(MetricsEnding, StringComparison.Ordinal)
        )
        {
            result.AddError(
                $"--output '{ForeignText.Clean(file)}' does not end in {MetricsEnding}, and node_exporter's textfile "
                    + "collector reads only such files"
            );
        }
    }

    /// <summary>The runner manager, with its own environment.</summary>
    private static PullClient ClientOf(EnvironmentSnapshot environment, ManagerSnapshot facts) =>
        new(ClientKind.GitLabRunner, environment.WithOrigins(facts.VariableOrigins), facts) { Caller = facts.Caller };

    private static PullClient ClientOf(ClientKind kind, EnvironmentSnapshot caller, ManagerSnapshotBuilder question) =>
        new(kind, caller) { JobTokens = question.JobTokens(caller), Caller = question.CallerOf(caller) };

    private static void RequireImages(ArgumentResult result)
    {
        // Image references of a configuration are checked as they are; those on the command line must be valid.
        IEnumerable<Token> words = result.Tokens.Where(token => !ValueRules.LooksLikeOption(token));
        foreach (Token token in words.Where(word => !ImageReference.IsWellFormed(word.Value)))
        {
            result.AddError($"'{ForeignText.Clean(token.Value)}' is not an image or registry{MeantBy(token.Value)}");
        }
    }

    /// <summary>
    /// What a misspelt reference probably means (a transport such as <c>docker://</c>, white space, capitals), or what
    /// is wrong with the name of an ECR registry; empty for others.
    /// </summary>
    private static string MeantBy(string text)
    {
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        string rest = (scheme < 0 ? text : text[(scheme + 3)..]).Trim();
        string? meant = ((string[])[rest, rest.ToLowerInvariant()]).FirstOrDefault(ImageReference.IsWellFormed);
        if (meant is not null)
            return $"; did you mean {meant}?";
        return NearRegistry.WhyNot(text) is { } wrong ? $": {wrong}" : "";
    }

    private static void RequireRunner(CommandResult result, Option seat, params Option[] ofRunner)
    {
        string? name = Text.Given(result, seat);
        if (name is not ("docker" or "podman" or "kubelet"))
            return;
        foreach (Option option in ofRunner.Where(option => result.GetResult(option) is not null))
            result.AddError($"{option.Name} applies to GitLab Runner and cannot be used with --as {name}");
    }

    /// <summary>For docker and podman, root runs the checks as the owner of the home directory.</summary>
    private static int AsOwnerOfHome(
        ClientKind client,
        EnvironmentSnapshot caller,
        ManagerSnapshotBuilder question,
        DoctorRequest request
    )
    {
        if (AsUser.OwnerOfForeignHome(caller) is not { } owner)
            return Examine(ClientOf(client, caller, question), request);
        bool isNamed = request.Call.Contains(ClientOption);
        return request.RunAs(
            owner,
            owner.CleanEnvironment(),
            isNamed
                ? request.CallWithoutOutput
                : [Name, ClientOption, PullClient.NameOf(client), .. request.CallWithoutOutput[1..]]
        );
    }

    private static int AsRunner(
        EnvironmentSnapshot caller,
        ManagerSnapshotBuilder question,
        DoctorRequest request,
        bool isAsked
    )
    {
        RunnerManager manager = RunnerManager.Find(caller, question.ConfigPath, question.Home);
        if (manager.Rivals.Count > 0)
            return DoctorRefusal.OfRivals(manager.Rivals, question.CallerOf(caller), request);
        if (!isAsked && manager.Config is null && manager.Process is null)
            return AsOwnerOfHome(ClientKind.Docker, caller, question, request);
        if (request.Format == ReportFormat.Text && !isAsked)
        {
            var layout = new TextLayout(TerminalStyle.CurrentOfError);
            layout.Add(
                [],
                $"checking as gitlab-runner (found {manager.Config?.Value ?? manager.Process!.ToString()}); "
                    + "use --as docker to check as docker",
                Hanging
            );
            layout.PrintError();
        }

        ManagerSnapshot facts = question.Gather(caller, manager);
        Account account = manager.Account.Value;
        if (!AsUser.Allows(account))
            return DoctorRefusal.OfOtherUser(account, facts, question.SudoOptions, request);
        if (OperatingSystem.IsWindows())
            return Examine(ClientOf(manager.Environment.Value, facts), request);
        return request.RunAs(
            account,
            manager.Environment.Value,
            [Name, SeatOption, .. request.Arguments],
            facts.ToJson()
        );
    }

    private static int Examine(PullClient client, DoctorRequest request)
    {
        CheckContext context = new CheckContext(client, request.Images, request.IsOffline);
        DoctorReport report = request.CreateReport();
        CheckSequence.Run(context, report);
        return request.Finish(report, context);
    }
}
