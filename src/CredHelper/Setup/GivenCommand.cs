using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;

namespace CredHelper.Setup;

/// <summary>
/// The setup command as the user typed it. Hints print it with their change, so that no option gets lost.
/// </summary>
/// <param name="Program">The words before the arguments: this program, after <c>sudo</c> if it was used.</param>
/// <param name="RunsAsRoot">Whether it already runs as root.</param>
internal sealed record GivenCommand(IReadOnlyList<string> Program, IReadOnlyList<string> Arguments, bool RunsAsRoot)
{
    private const string Sudo = "sudo",
        Setup = "setup";

    public static GivenCommand Of(EnvironmentSnapshot environment, IReadOnlyList<string> arguments)
    {
        bool isRoot = OperatingSystem.IsWindows() ? WindowsAccess.IsElevated : Posix.EffectiveUserId() == 0;
        // sudo resets the PATH, so the full path of the program is printed.
        return isRoot && environment["SUDO_UID"] is not null
            ? new GivenCommand([Sudo, .. OwnProgram.Words], arguments, isRoot)
            : new GivenCommand(OwnCommand.WordsFor(environment), arguments, isRoot);
    }

    /// <summary>The command of a parent process that runs as root and started this one as another user.</summary>
    public static GivenCommand Parse(IReadOnlyList<string> words)
    {
        int arguments = words.ToList().IndexOf(Setup);
        return new GivenCommand([.. words.Take(arguments)], [.. words.Skip(arguments)], RunsAsRoot: true);
    }

    private bool NeedsSudo => !RunsAsRoot || Program[0] == Sudo;

    /// <summary>The client that is set up; doctor uses the same names.</summary>
    private string Client => Arguments[1];

    public IEnumerable<string> Words => [.. Program, .. Arguments];

    /// <summary>Adds a flag unless the command has it.</summary>
    public GivenCommand With(string option) =>
        Arguments.Contains(option) ? this : this with { Arguments = [.. Arguments, option] };

    /// <summary>Sets the value of an option.</summary>
    public GivenCommand With(string option, string value)
    {
        int given = Arguments.ToList().IndexOf(option);
        return given < 0
            ? this with
            {
                Arguments = [.. Arguments, option, value],
            }
            : this with
            {
                Arguments = [.. Arguments.Take(given + 1), value, .. Arguments.Skip(given + 2)],
            };
    }

    /// <summary>Removes an option with its value.</summary>
    public GivenCommand Without(string option)
    {
        int given = Arguments.ToList().IndexOf(option);
        return given < 0 ? this : this with { Arguments = [.. Arguments.Take(given), .. Arguments.Skip(given + 2)] };
    }

    /// <summary>Replaces a part of the arguments.</summary>
    public GivenCommand Replacing(string wrong, string right) =>
        this with
        {
            Arguments = [.. Arguments.Select(word => word.Replace(wrong, right, StringComparison.Ordinal))],
        };

    /// <summary>The same command, run as root.</summary>
    public GivenCommand AsRoot() =>
        RunsAsRoot || OperatingSystem.IsWindows()
            ? this
            : new GivenCommand([Sudo, .. OwnProgram.Words], Arguments, true);

    /// <summary>Adds this command with sudo as the hint of a failure that root would not have.</summary>
    public HelperException Explain(HelperException failure) =>
        failure.NeedsRoot ? new HelperException(failure.Kind, failure.Message, HintForRoot, failure) : failure;

    /// <summary>Windows has no command that raises the rights of another one.</summary>
    private string HintForRoot =>
        OperatingSystem.IsWindows()
            ? $"run in a prompt opened with \"Run as administrator\": {this}"
            : AsRoot().ToString();

    /// <summary>Another command, run as root.</summary>
    public string AsRoot(string command) => UserCommand.AsRoot(command, NeedsSudo);

    /// <summary>Another command, run as a user with the AWS configuration files of an environment.</summary>
    public string As(Account user, EnvironmentSnapshot environment, string command)
    {
        string[] settings =
        [
            .. from name in (string[])["HOME", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"]
            where environment[name] is not null
            select $"{name}={environment[name]}",
        ];
        return UserCommand.As(user, Reader(user), NeedsSudo, settings, command);
    }

    /// <summary>The doctor command for what this command sets up.</summary>
    public string Doctor(params string[] hosts) =>
        Text([
            .. Program,
            "doctor",
            "--as",
            Client,
            .. ValueOf("--runner-config"),
            .. ValueOf("--runner-home"),
            .. hosts,
        ]);

    /// <summary>The command line for a shell.</summary>
    public override string ToString() => Text(Words);

    /// <summary>The user who reads the hints: without root, setup only ever works for the user who runs it.</summary>
    private uint Reader(Account user)
    {
        const uint PersonBehindSudo = uint.MaxValue;
        if (!RunsAsRoot)
            return user.Uid;
        return NeedsSudo ? PersonBehindSudo : 0;
    }

    private string[] ValueOf(string option)
    {
        int given = Arguments.ToList().IndexOf(option);
        return given < 0 ? [] : [option, Arguments[given + 1]];
    }

    private static string Text(IEnumerable<string> words) => string.Join(' ', words.Select(ShellWord.Quote));
}
