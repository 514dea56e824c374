using System.Globalization;
using System.Text.Json;
using CredHelper.Diagnostics;
using CredHelper.Platform;
using CredHelper.Processes;

namespace CredHelper.Doctor;

/// <summary>The person who called doctor: whose shell runs the commands that it prints.</summary>
/// <param name="UserId">Behind sudo that of the user who called it.</param>
/// <param name="Home">The home of that user; null if it is not known.</param>
/// <param name="SudoUser">The name of the user who called sudo; null without sudo.</param>
/// <param name="NeedsSudo">Whether commands for root begin with sudo: root in a container has none.</param>
/// <param name="RunnerOptions">The options about the runner, as they were given.</param>
internal sealed record Caller(
    uint UserId,
    string? Home,
    string? SudoUser,
    bool NeedsSudo,
    IReadOnlyList<string> RunnerOptions
)
{
    /// <summary>What clients, the AWS tools and this program read below a home.</summary>
    private static readonly string[] Configurations =
    [
        ".docker/config.json",
        ".aws/config",
        ".aws/credentials",
        ".ecr/config",
    ];

    /// <summary>Nobody in particular, who is told commands of root.</summary>
    public static Caller Unknown { get; } = new(0, null, null, NeedsSudo: true, []);

    /// <summary>Configurations in the home of the user who called sudo, relative to it.</summary>
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
        bool needsSudo = effective != 0 || SearchPath.Find(environment, "sudo") is not null;
        return new Caller(effective, environment.Home, null, needsSudo, runnerOptions);
    }

    /// <summary>A command as root runs it.</summary>
    public string AsRoot(string command) => UserCommand.AsRoot(command, NeedsSudo);

    /// <summary>A command as another user runs it.</summary>
    /// <param name="account">The user.</param>
    /// <param name="settings">Variables that it needs, each <c>NAME=VALUE</c>.</param>
    /// <param name="command">For a shell.</param>
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
