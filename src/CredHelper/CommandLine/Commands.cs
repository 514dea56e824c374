using System.CommandLine;

namespace CredHelper.CommandLine;

/// <summary>
/// The commands for people, beside the verbs for docker. Exit codes: 0 done, 1 failed or refused, 2 a call that makes no
/// sense.
/// </summary>
internal static class Commands
{
    private const int Misused = 2;

    public static int Run(string[] args)
    {
        var root = new RootCommand($"{ProgramVersion.Name}: sign in to Amazon ECR") { ExplainCommand.Create() };
        ParseResult call = root.Parse(args);
        if (call.Errors.Count > 0)
        {
            foreach (var error in call.Errors) Console.Error.WriteLine($"{ProgramVersion.Name}: {error.Message}");
            Console.Error.WriteLine($"try: {ProgramVersion.Name} {args[0]} --help");
            return Misused;
        }
        try
        {
            return call.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (HelperException e)
        {
            // These are read by people, not by docker: standard output is for results alone.
            FailureLine.Of(args[0], e).WriteToError();
            return 1;
        }
    }
}
