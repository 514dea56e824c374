using CredHelper.PullResolution;

namespace CredHelper.Doctor.Checks;

/// <summary>
/// Reports configurations that only the user who called sudo has, so that the client does not read them.
/// </summary>
internal sealed class SudoHomeCheck : ICheck
{
    public IEnumerable<Finding> Run(CheckContext context)
    {
        Caller caller = context.Client.Caller;
        if (
            caller is not { SudoUser: { } user, Home: { } from }
            || context.Environment.Home is not { } to
            || from == to
        )
        {
            yield break;
        }
        List<string> lacking = [.. caller.FilesOfSudoUser.Where(file => !File.Exists(Path.Combine(to, file)))];
        if (lacking.Count == 0)
            yield break;
        string files = string.Join(", ", lacking.Select(file => Path.Combine(from, file)));
        bool isOne = lacking.Count == 1;
        yield return Finding.Warn(
            "ECR104",
            $"{files} {(isOne ? "exists" : "exist")} only in the home directory of {user}, who called sudo; "
                + $"{PullClient.NameOf(context.Client.Kind)} reads {to}",
            context.Client.Kind == ClientKind.GitLabRunner
                ? Remedy.Run(
                    string.Join(
                        " && ",
                        lacking.Select(file =>
                            context.Commands.Install(Path.Combine(from, file), Path.Combine(to, file))
                        )
                    )
                )
                : Remedy.Advise($"run doctor without sudo to check as {user}")
        );
    }
}
