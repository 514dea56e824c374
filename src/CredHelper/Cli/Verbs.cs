using System.CommandLine;
using CredHelper.Diagnostics;
using CredHelper.Platform;

namespace CredHelper.Cli;

/// <param name="Name">The name on the command line.</param>
/// <param name="Help">Description and examples, as <see cref="HelpfulCommand"/> takes them.</param>
/// <param name="Run">Runs the verb and returns the exit code.</param>
internal sealed record Verb(string Name, string Help, Func<EnvironmentSnapshot, int> Run)
{
    /// <summary>False if the verb ignores further arguments.</summary>
    public bool RefusesArguments { get; init; } = true;
}

/// <summary>
/// The verbs that other programs call: those of docker's helper protocol and the kubelet's. A call of one of them runs
/// without the command tree, which lists them for help and completion.
/// </summary>
internal static class Verbs
{
    private static readonly Verb[] All =
    [
        new(
            GetVerb.Name,
            $"""
            Print the credentials for the server URL on standard input, as JSON

            Example:
              echo 123456789012.dkr.ecr.eu-west-1.amazonaws.com | {HelperName.Program} {GetVerb.Name}
            """,
            GetVerb.Run
        ),
        new(
            StoreVerb.Name,
            $$"""
            Store the credentials given as JSON on standard input

            Example:
              echo '{"ServerURL":"registry.example.com","Username":"me","Secret":"..."}' \
                | {{HelperName.Program}} {{StoreVerb.Name}}
            """,
            StoreVerb.Run
        ),
        new(
            EraseVerb.Name,
            $"""
            Erase the credentials for the server URL on standard input

            Example:
              echo registry.example.com | {HelperName.Program} {EraseVerb.Name}
            """,
            EraseVerb.Run
        ),
        new(
            ListVerb.Name,
            $"""
            List the registries with known credentials, as JSON

            Example: {HelperName.Program} {ListVerb.Name}
            """,
            ListVerb.Run
        ),
        new(
            Version,
            $"""
            Print the version

            Example: {HelperName.Program} {Version}
            """,
            _ => PrintVersion()
        ),
        new(KubeletCommand.Name, KubeletCommand.Help, _ => KubeletCommand.Run()) { RefusesArguments = false },
    ];

    private const string Version = "version";

    public static Verb? Find(string name) => Array.Find(All, verb => verb.Name == name);

    public static IEnumerable<Command> Commands() => All.Select(Create);

    public static int PrintVersion()
    {
        byte[] line = NativeScratch.Use((ref Scratch scratch) => ProgramVersion.AddLine(ref scratch).Span.ToArray());
        StandardStreams.WriteOutput(line);
        return 0;
    }

    private static HelpfulCommand Create(Verb verb)
    {
        var command = new HelpfulCommand(verb.Name, verb.Help) { TreatUnmatchedTokensAsErrors = verb.RefusesArguments };
        command.SetAction(_ => verb.Run(EnvironmentSnapshot.Take()));
        return command;
    }
}
