using System.CommandLine;
using System.Text;
using CredHelper.Aws.Config;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Cli;

/// <summary>
/// <c>setup gitlab-ci</c>: prints a pipeline. The texts are the files of docs/gitlab, kept in the program.
/// </summary>
internal static class SetupGitLabCi
{
    private const string Name = "gitlab-ci",
        Ending = ".yml";

    /// <summary>The prefix that the project file gives them.</summary>
    private const string Prefix = "pipeline/";

    public static Command Create()
    {
        var way = new Argument<string?>("way")
        {
            Description = "One of those that --list names.",
            HelpName = "WAY",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var list = new Option<bool>("--list") { Description = "Name the ways, a line each." };
        way.CompletionSources.Add(_ => Ways().Select(name => new System.CommandLine.Completions.CompletionItem(name)));
        var command = new HelpfulCommand(
            Name,
            $"""
            Print a job for .gitlab-ci.yml that signs in to a registry.

            Examples:
              {HelperName.Program} setup {Name} --list
              {HelperName.Program} setup {Name} promote-skopeo >> .gitlab-ci.yml
            """
        )
        {
            way,
            list,
        };
        command.SetAction(call =>
            call.GetValue(list) || call.GetValue(way) is null ? PrintList() : Print(call.GetValue(way)!)
        );
        return command;
    }

    private static IEnumerable<string> Ways() =>
        typeof(SetupGitLabCi)
            .Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^Ending.Length])
            .Order(StringComparer.Ordinal);

    private static int PrintList()
    {
        int width = Ways().Max(name => name.Length) + 2;
        var text = new StringBuilder();
        foreach (string name in Ways())
            text.Append(name.PadRight(width)).Append(Read(name).Split('\n')[0].TrimStart('#', ' ')).Append('\n');
        Terminal.Write(text.ToString());
        return 0;
    }

    private static int Print(string way)
    {
        if (!Ways().Contains(way))
        {
            throw new HelperException(
                FailureKind.Usage,
                $"there is no way '{ForeignText.Clean(way)}'",
                NearNames.Suggest(way, Ways()) ?? $"one of {string.Join(", ", Ways())}"
            );
        }
        Terminal.Write(Read(way));
        return 0;
    }

    private static string Read(string way)
    {
        using var reader = new StreamReader(
            typeof(SetupGitLabCi).Assembly.GetManifestResourceStream(Prefix + way + Ending)!,
            Encoding.UTF8
        );
        return reader.ReadToEnd();
    }
}
