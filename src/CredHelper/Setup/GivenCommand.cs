using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Processes;

namespace CredHelper.Setup;

/// <summary>
/// The setup command that the user gave. Remedies print it with what is to change, so that no option gets lost.
/// </summary>
/// <param name="Program">The words before the arguments: <c>sudo</c>, if it was run with it, and this program.</param>
/// <param name="RunsAsRoot">Whether it has root's rights already.</param>
internal sealed record GivenCommand(IReadOnlyList<string> Program, IReadOnlyList<string> Arguments, bool RunsAsRoot)
{
    private const string Sudo = "sudo",
        Setup = "setup";

    public static GivenCommand Of(EnvironmentSnapshot environment, IReadOnlyList<string> arguments)
    {
        bool isRoot = !OperatingSystem.IsWindows() && Posix.EffectiveUserId() == 0;
        // sudo has a PATH of its own.
        return isRoot && environment["SUDO_UID"] is not null
            ? new GivenCommand([Sudo, .. OwnProgram.Words], arguments, isRoot)
            : new GivenCommand(OwnCommand.WordsFor(environment), arguments, isRoot);
    }

    /// <summary>For a child that works for the command of another user, who is root.</summary>
    public static GivenCommand Parse(IReadOnlyList<string> words)
    {
        int arguments = words.ToList().IndexOf(Setup);
        return new GivenCommand([.. words.Take(arguments)], [.. words.Skip(arguments)], RunsAsRoot: true);
    }

    private bool NeedsSudo => !RunsAsRoot || Program[0] == Sudo;

    /// <summary>As doctor calls it, too.</summary>
    private string Client => Arguments[1];

    public IEnumerable<string> Words => [.. Program, .. Arguments];

    /// <summary>With a flag, if it does not have it.</summary>
    public GivenCommand With(string option) =>
        Arguments.Contains(option) ? this : this with { Arguments = [.. Arguments, option] };

    /// <summary>With another value of an option.</summary>
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

    /// <summary>Without an option and its value.</summary>
    public GivenCommand Without(string option)
    {
        int given = Arguments.ToList().IndexOf(option);
        return given < 0 ? this : this with { Arguments = [.. Arguments.Take(given), .. Arguments.Skip(given + 2)] };
    }

    /// <summary>With a part of its arguments corrected.</summary>
    public GivenCommand Replacing(string wrong, string right) =>
        this with
        {
            Arguments = [.. Arguments.Select(word => word.Replace(wrong, right, StringComparison.Ordinal))],
        };

    /// <summary>The same as root.</summary>
    public GivenCommand AsRoot() => RunsAsRoot ? this : new GivenCommand([Sudo, .. OwnProgram.Words], Arguments, true);

    /// <summary>The failure with this command as root for its remedy, if root can do what the user cannot.</summary>
    public HelperException Explain(HelperException failure) =>
        failure.NeedsRoot ? new HelperException(failure.Kind, failure.Message, AsRoot().ToString(), failure) : failure;

    /// <summary>Another command that root runs.</summary>
    public string AsRoot(string command) => UserCommand.AsRoot(command, NeedsSudo);

    /// <summary>Another command that a user runs, with the AWS configuration files of an environment.</summary>
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

    /// <summary>The command that diagnoses what this one sets up.</summary>
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

    /// <summary>For a shell.</summary>
    public override string ToString() => Text(Words);

    /// <summary>Who reads the remedies: without root's rights, setup works for nobody else than its user.</summary>
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
