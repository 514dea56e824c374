using System.Globalization;
using System.Text.Json;
using CredHelper.Diagnostics;
using CredHelper.Platform;
using CredHelper.Processes;

namespace CredHelper.Doctor;

/// <summary>The user who called doctor; the commands that it prints are meant for this user's shell.</summary>
/// <param name="UserId">The user ID; with sudo, the ID of the user who called it.</param>
/// <param name="Home">Home directory of that user; null if unknown.</param>
/// <param name="SudoUser">Name of the user who called sudo; null without sudo.</param>
/// <param name="NeedsSudo">Whether commands for root begin with sudo. Root in a container often has no sudo.</param>
/// <param name="RunnerOptions">The options about the runner, as given on the command line.</param>
internal sealed record Caller(
    uint UserId,
    string? Home,
    string? SudoUser,
    bool NeedsSudo,
    IReadOnlyList<string> RunnerOptions
)
{
    /// <summary>Files below a home directory that clients, the AWS tools and this program read.</summary>
    private static readonly string[] Configurations =
    [
        ".docker/config.json",
        ".aws/config",
        ".aws/credentials",
        ".ecr/config",
    ];

    /// <summary>An unknown caller; commands for root begin with sudo.</summary>
    public static Caller Unknown { get; } = new(0, null, null, NeedsSudo: true, []);

    /// <summary>Configuration files in the home directory of the user who called sudo, relative to it.</summary>
    public IReadOnlyList<string> FilesOfSudoUser { get; init; } = [];

    public static Caller Of(EnvironmentSnapshot environment, IReadOnlyList<string> runnerOptions)
    {
        uint effective = OperatingSystem.IsWindows() ? 0 : Posix.EffectiveUserId();
        if (effective == 0 && OfSudo(environment) is { Uid: not 0 } person)
        {
            return new Caller(person.Uid, person.Home, person.Name, NeedsSudo: true, runnerOptions)
            {
                FilesOfSudoUser = [.. Configurations.Where(file => File.Exists(Path.Combine(person.Home, file)))],
            };
        }
        bool needsSudo = OperatingSystem.IsWindows()
            ? !WindowsAccess.IsElevated
            : effective != 0 || SearchPath.Find(environment, "sudo") is not null;
        return new Caller(effective, environment.Home, null, needsSudo, runnerOptions);
    }

    /// <summary>Returns the command line that runs a command as root.</summary>
    public string AsRoot(string command) => UserCommand.AsRoot(command, NeedsSudo);

    /// <summary>Returns the command line that runs a command as another user.</summary>
    /// <param name="account">The user to run it as.</param>
    /// <param name="settings">Variables that the command needs, each <c>NAME=VALUE</c>.</param>
    /// <param name="command">The command, quoted for a shell.</param>
    public string As(Account account, IReadOnlyCollection<string> settings, string command) =>
        UserCommand.As(account, UserId, NeedsSudo, settings, command);

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("userId", UserId);
        writer.WriteString("home", Home);
        writer.WriteString("sudoUser", SudoUser);
        writer.WriteBoolean("needsSudo", NeedsSudo);
        writer.WriteStrings("runnerOptions", RunnerOptions);
        writer.WriteStrings("filesOfSudoUser", FilesOfSudoUser);
        writer.WriteEndObject();
    }

    public static Caller Parse(JsonElement element) =>
        new(
            element.GetProperty("userId").GetUInt32(),
            element.GetProperty("home").GetString(),
            element.GetProperty("sudoUser").GetString(),
            element.GetProperty("needsSudo").GetBoolean(),
            Texts(element, "runnerOptions")
        )
        {
            FilesOfSudoUser = Texts(element, "filesOfSudoUser"),
        };

    private static string[] Texts(JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(text => text.GetString()!)];

    private static Account? OfSudo(EnvironmentSnapshot environment)
    {
        if (uint.TryParse(environment["SUDO_UID"], NumberStyles.None, CultureInfo.InvariantCulture, out uint id))
            return Account.ByUid(id);
        return environment["SUDO_USER"] is { } name ? Account.ByName(name) : null;
    }
}
