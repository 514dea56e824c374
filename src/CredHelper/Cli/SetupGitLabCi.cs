using System.CommandLine;
using System.CommandLine.Completions;
using System.Text;
using CredHelper.Aws.Config;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Cli;

/// <summary><c>setup gitlab-ci</c>: prints a job for a pipeline, or the IAM policies that it needs.</summary>
internal static class SetupGitLabCi
{
    private const string Name = "gitlab-ci";

    /// <summary>Keywords of .gitlab-ci.yml, which are not valid job names.</summary>
    private static readonly string[] Reserved =
    [
        "after_script",
        "before_script",
        "cache",
        "default",
        "false",
        "image",
        "include",
        "nil",
        "pages",
        "services",
        "spec",
        "stages",
        "true",
        "types",
        "variables",
        "workflow",
    ];

    public static Command Create()
    {
        var way = new Argument<string?>("way")
        {
            Description = "Template of the job",
            HelpName = "TEMPLATE",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var list = new Option<bool>("--list") { Description = "List the templates" };
        var job = new Option<string>("--job") { Description = "Name of the job", HelpName = "NAME" };
        var stage = new Option<string>("--stage") { Description = "Stage of the job", HelpName = "STAGE" };
        var policy = new Option<string?>("--iam")
        {
            Description = "Print the IAM policies of the role instead: trust, pull or push (default: all)",
            HelpName = "POLICY",
            Arity = ArgumentArity.ZeroOrOne,
        };
        way.CompletionSources.Add(_ => PipelineTemplates.Names.Select(name => new CompletionItem(name)));
        policy.CompletionSources.Add(_ => PipelineTemplates.Policies.Select(name => new CompletionItem(name)));
        var command = new HelpfulCommand(
            Name,
            $"""
            Print a job for .gitlab-ci.yml that uses registries without docker login

            Examples:
              {HelperName.Program} setup {Name} --list
              {HelperName.Program} setup {Name} promote-skopeo --job promote --stage release >> .gitlab-ci.yml
              {HelperName.Program} setup {Name} --iam trust > trust-policy.json
            """
        )
        {
            way,
            list,
            job,
            stage,
            policy,
        };
        command.SetAction(call =>
        {
            if (call.GetResult(policy) is not null)
                return PrintPolicies(call.GetValue(policy));
            return call.GetValue(list) || call.GetValue(way) is not { } name
                ? PrintList()
                : Print(name, NameIn(call.GetValue(job), job), NameIn(call.GetValue(stage), stage));
        });
        return command;
    }

    private static int PrintList()
    {
        int width = PipelineTemplates.Names.Max(name => name.Length) + 2;
        var text = new StringBuilder();
        foreach (string name in PipelineTemplates.Names)
            text.Append(name.PadRight(width)).Append(PipelineTemplates.SummaryOf(name)).Append('\n');
        Terminal.Write(text.ToString());
        return 0;
    }

    private static int Print(string way, string? job, string? stage)
    {
        if (!PipelineTemplates.Names.Contains(way))
            throw Unknown("template", way, PipelineTemplates.Names);
        Terminal.Write(PipelineTemplates.Of(way, job, stage));
        return 0;
    }

    private static int PrintPolicies(string? purpose)
    {
        if (purpose is not null && !PipelineTemplates.Policies.Contains(purpose))
            throw Unknown("policy", purpose, PipelineTemplates.Policies);
        // A single policy is printed as it is; several are separated by their names.
        IEnumerable<string> texts = purpose is not null
            ? [PipelineTemplates.PolicyOf(purpose)]
            : PipelineTemplates.Policies.Select(name => $"# {name}-policy.json\n{PipelineTemplates.PolicyOf(name)}");
        Terminal.Write(string.Join("\n", texts));
        return 0;
    }

    /// <summary>Matches a name that YAML accepts without quotes.</summary>
    private static string? NameIn(string? given, Option option)
    {
        if (given is null)
            return null;
        bool isPlain =
            char.IsAsciiLetter(given[0])
            && given.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/');
        return isPlain && !Reserved.Contains(given)
            ? given
            : throw new HelperException(
                FailureKind.Usage,
                $"{option.Name} {ForeignText.Clean(given)} is not a valid name in .gitlab-ci.yml",
                "use letters, digits, '-', '_', '.' and '/', but not a keyword such as image"
            );
    }

    private static HelperException Unknown(string what, string given, IReadOnlyList<string> known) =>
        new(
            FailureKind.Usage,
            $"there is no {what} '{ForeignText.Clean(given)}'",
            NearNames.Suggest(given, known) ?? $"use one of {string.Join(", ", known)}"
        );
}
