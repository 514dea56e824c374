using System.CommandLine;
using CredHelper.Cache;
using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Doctor;
using CredHelper.Errors;
using CredHelper.Output;
using CredHelper.Platform;
using CredHelper.Registry;

namespace CredHelper.Cli;

/// <summary>
/// <c>cache</c>: lists and removes cached tokens. Stored credentials of other registries are not affected; <c>docker
/// logout</c> removes those.
/// </summary>
internal static class CacheCommand
{
    public const string Name = "cache";

    public static Command Create()
    {
        Argument<string?> registry = new Argument<string?>("registry")
        {
            Description = "Registry to remove tokens of: host or ACCOUNT/REGION (default: all)",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var clear = new HelpfulCommand(
            "clear",
            $"""
            Remove cached authorization tokens

            Examples:
              {HelperName.Program} {Name} clear
              {HelperName.Program} {Name} clear 123456789012.dkr.ecr.eu-west-1.amazonaws.com
            """
        )
        {
            registry,
        };
        clear.SetAction(call => Clear(call.GetValue(registry)));
        var json = new Option<bool>("--json") { Description = "Print one JSON object" };
        var list = new HelpfulCommand(
            "list",
            $"""
            List cached authorization tokens with identity, age, renewal and expiry

            Examples:
              {HelperName.Program} {Name} list
              {HelperName.Program} {Name} list --json
            """
        )
        {
            json,
        };
        list.SetAction(call => List(call.GetValue(json)));
        return new HelpfulCommand(
            Name,
            $"""
            List or remove cached authorization tokens

            Examples:
              {HelperName.Program} {Name} list
              {HelperName.Program} {Name} clear
            """
        )
        {
            list,
            clear,
        };
    }

    private static int List(bool asJson)
    {
        EnvironmentSnapshot environment = HelperContext.Start(EnvironmentSnapshot.Take()).Environment;
        DateTimeOffset now = DateTimeOffset.UtcNow;
        if (asJson)
        {
            StandardStreams.WriteOutput(
                JsonOutput.FormatLine(
                    writer =>
                    {
                        writer.WriteStartObject();
                        writer.WriteSchema();
                        CacheListing.Write(writer, environment, now);
                        writer.WriteEndObject();
                    },
                    isIndented: true
                )
            );
            return 0;
        }
        IReadOnlyList<CachedToken> tokens = CacheListing.Of(environment);
        if (tokens.Count == 0)
            Print("the cache is empty");
        else if (TerminalStyle.Current is { HasLayout: true } style)
            Terminal.WriteAsIs(CacheListing.Table(tokens, now, style));
        else
            Print(string.Join('\n', tokens.Select(token => ForeignText.Line(CacheListing.Line(token, now)))));
        return 0;
    }

    private static int Clear(string? registry)
    {
        EcrRegistry? wanted = registry is null
            ? null
            : RegistryName.Find(registry)
                ?? throw new HelperException(
                    FailureKind.Usage,
                    $"'{ForeignText.Clean(registry)}' is not an ECR registry"
                        + $"{(NearRegistry.WhyNot(registry) is { } why ? $": {why}" : "")}",
                    "use a host such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com, an account and "
                        + "region such as 123456789012/eu-west-1, or no argument for all"
                );
        EnvironmentSnapshot environment = HelperContext.Start(EnvironmentSnapshot.Take()).Environment;
        int count = TokenCache.OpenExisting(environment)?.Clear(wanted?.Host) ?? 0;
        Print(count == 1 ? "1 token removed" : $"{count} tokens removed");
        return 0;
    }

    private static void Print(string text) => Terminal.Write(text + "\n");
}
