using System.Runtime.Versioning;
using CredHelper.CredentialProviders;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;
using CredHelper.PullResolution;

namespace CredHelper.Doctor;

/// <summary>
/// Commands of remedies as the caller has to type them: for the client that is examined, its user and its home, with
/// the options that doctor was given.
/// </summary>
internal sealed class Commands(PullClient client)
{
    /// <summary>Variables that say where the AWS CLI reads and writes.</summary>
    private static readonly string[] AwsFiles = ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"];

    private Caller Caller => client.Caller;

    /// <summary>A command of root.</summary>
    public string AsRoot(string command) => Caller.AsRoot(command);

    /// <summary>A command of the client's user, with its home and its AWS configuration files.</summary>
    public string AsClient(string command)
    {
        if (OperatingSystem.IsWindows())
            return command;
        Account account = ClientAccount();
        return Caller.As(account, [.. SettingsOf(account)], command);
    }

    /// <summary>The client's user as chown(1) takes it: by number if the user database does not have it.</summary>
    public static string ClientUser => OperatingSystem.IsWindows() ? Environment.UserName : WordOf(ClientAccount());

    /// <summary>Copies a file that only its owner reads to the client's user.</summary>
    public string Install(string from, string to)
    {
        string owner = ClientUser == "root" ? "" : $" -o {ClientUser}";
        return AsRoot($"install -D -m 600{owner} {ShellWord.Quote(from)} {ShellWord.Quote(to)}");
    }

    /// <summary>What puts a configuration right for this client.</summary>
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

    /// <summary>What makes this program a provider of the node's kubelet.</summary>
    /// <param name="platform">For a node that is none yet; null for what it is.</param>
    public Remedy SetupKubelet(string? platform = null)
    {
        string command = $"{OwnCommand.For(client.Environment)} setup kubelet";
        string? name = platform ?? KubeletPaths.NameOf(client.Kubelet!.Platform);
        return name is null
            ? Remedy.Advise($"add what this prints to the kubelet's configuration: {command}")
            : Remedy.Run(AsRoot($"{command} --for {name}"));
    }

    /// <summary>The hint of a failure.</summary>
    public Remedy Of(HelperException failure)
    {
        if (failure.Hint is not { } hint)
            return Remedy.Advise("set AWS_ECR_LOG=debug and run it again; its log says what was done before");
        if (failure.Command is not { } command)
            return Remedy.Advise(hint);
        return hint == command
            ? Remedy.Run(AsClient(command))
            : Remedy.Advise(hint.Replace(command, AsClient(command), StringComparison.Ordinal));
    }

    private static string WordOf(Account user) =>
        user.IsKnown ? user.Name : user.Uid.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The checks run as the client's user.</summary>
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
