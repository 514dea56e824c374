using System.CommandLine;
using CredHelper.Diagnostics;
using CredHelper.Platform;

namespace CredHelper.Cli;

/// <summary><c>completion SHELL</c>: prints a completion script that calls this program for suggestions.</summary>
internal static class CompletionCommand
{
    public const string Name = "completion";

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "Name of the shell" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new HelpfulCommand(
            Name,
            $$"""
            Print a completion script for a shell

            Examples:
              source <({{HelperName.Program}} {{Name}} bash)
              {{HelperName.Program}} {{Name}} zsh > "${fpath[1]}/_{{HelperName.Program}}"
              {{HelperName.Program}} {{Name}} fish > ~/.config/fish/completions/{{HelperName.Program}}.fish
            """
        )
        {
            shell,
        };
        command.SetAction(call =>
        {
            Terminal.WriteAsIs(Script(call.GetRequiredValue(shell)) + "\n");
            return 0;
        });
        return command;
    }

    /// <summary>
    /// The script for a shell. The position passed to the [suggest] directive is that of the cursor in the line.
    /// </summary>
    private static string Script(string shell) =>
        shell switch
        {
            // On the first TAB, zsh runs a file of its fpath as the completion function; a sourced script must register
            // it.
            "zsh" => $$"""
                #compdef {{HelperName.Program}} {{HelperName.Short}}
                _ecr_login() {
                    local line="${(j: :)words[1,CURRENT-1]} $PREFIX"
                    local -a found
                    found=(${(f)"$({{HelperName.Program}} "[suggest:${#line}]" "$line" 2>/dev/null)"})
                    if (( $#found )); then compadd -a found; else _files; fi
                }
                if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
                    _ecr_login "$@"
                else
                    compdef _ecr_login {{HelperName.Program}} {{HelperName.Short}}
                fi
                """,
            "fish" => $$"""
                function __ecr_login
                    set -l line (commandline -cp)
                    {{HelperName.Program}} "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
                end
                complete -f -c {{HelperName.Program}} -a '(__ecr_login)'
                complete -f -c {{HelperName.Short}} -a '(__ecr_login)'
                """,
            _ => $$"""
                _ecr_login() {
                    local IFS=$'\n'
                    COMPREPLY=($({{HelperName.Program}} "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null))
                }
                complete -o default -F _ecr_login {{HelperName.Program}} {{HelperName.Short}}
                """,
        };
}
