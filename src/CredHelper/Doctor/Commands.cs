using System.Runtime.Versioning;
using CredHelper.CredentialProviders;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;
using CredHelper.PullResolution;

namespace CredHelper.Doctor;

/// <summary>
/// Builds the commands of remedies as the caller has to type them: for the user and home directory of the client, with
/// the options that doctor was given.
/// </summary>
internal sealed class Commands(PullClient client)
{
    /// <summary>Variables with the paths of the AWS CLI's configuration files.</summary>
    private static readonly string[] AwsFiles = ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"];

    private Caller Caller => client.Caller;

    /// <summary>A command to run as root.</summary>
    public string AsRoot(string command) => Caller.AsRoot(command);

    /// <summary>A command to run as the client's user, with its home directory and AWS configuration files.</summary>
    public string AsClient(string command)
    {
        if (OperatingSystem.IsWindows())
            return command;
        Account account = ClientAccount();
        return Caller.As(account, [.. SettingsOf(account)], command);
    }

    /// <summary>The client's user as chown(1) accepts it: the user ID if the user database has no entry.</summary>
    public static string ClientUser => OperatingSystem.IsWindows() ? Environment.UserName : WordOf(ClientAccount());

    /// <summary>Copies a file to the client's user, readable by its owner only.</summary>
    public string Install(string from, string to)
    {
        string owner = ClientUser == "root" ? "" : $" -o {ClientUser}";
        return AsRoot($"install -D -m 600{owner} {ShellWord.Quote(from)} {ShellWord.Quote(to)}");
    }

    /// <summary>The setup command that fixes the configuration of this client.</summary>
    public Remedy Setup(string host, params string[] more)
    {
        if (client.Kubelet is not null)
            return SetupKubelet();
        string[] options = client.Kind == ClientKind.GitLabRunner ? [.. Caller.RunnerOptions] : [];
        string command =
            $"{OwnCommand.For(client.Environment)} setup {PullClient.NameOf(client.Kind)} "
            + string.Join(' ', [.. options.Select(ShellWord.Quote), "--registry", host, .. more]);
        if (client.Kind == ClientKind.GitLabRunner)
            return Remedy.Run(AsRoot(command));
        return Remedy.Run(Caller.SudoUser is null ? command : $"sudo -H {command}");
    }

    /// <summary>The setup command that adds this program to the credential providers of the node's kubelet.</summary>
    /// <param name="platform">The platform of a machine that is not a node yet; null to use the detected one.</param>
    public Remedy SetupKubelet(string? platform = null)
    {
        string command = $"{OwnCommand.For(client.Environment)} setup kubelet";
        string? name = platform ?? KubeletPaths.NameOf(client.Kubelet!.Platform);
        return name is null
            ? Remedy.Advise($"add the output of this command to the kubelet's configuration: {command}")
            : Remedy.Run(AsRoot($"{command} --for {name}"));
    }

    /// <summary>The hint of a failure as a remedy.</summary>
    public Remedy Of(HelperException failure)
    {
        if (failure.Hint is not { } hint)
            return Remedy.Advise("set AWS_ECR_LOG=debug, run the command again, and read the log");
        if (failure.Command is not { } command)
            return Remedy.Advise(hint);
        return hint == command
            ? Remedy.Run(AsClient(command))
            : Remedy.Advise(hint.Replace(command, AsClient(command), StringComparison.Ordinal));
    }

    private static string WordOf(Account user) =>
        user.IsKnown ? user.Name : user.Uid.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The user of this process: the checks run as the client's user.</summary>
    [UnsupportedOSPlatform("windows")]
    private static Account ClientAccount()
    {
        return Account.OfUid(Posix.EffectiveUserId());
    }

    private IEnumerable<string> SettingsOf(Account account)
    {
        string? usual = account.Uid == Caller.UserId ? Caller.Home : account.Home;
        if (client.Environment.Home is { } home && home != usual)
            yield return $"HOME={home}";
        if (client.Runner is null)
            yield break;
        foreach (string name in AwsFiles)
        {
            if (client.Environment[name] is { } path)
                yield return $"{name}={path}";
        }
    }
}
