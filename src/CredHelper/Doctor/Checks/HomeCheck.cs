using CredHelper.Platform;

namespace CredHelper.Doctor.Checks;

/// <summary>Checks the home directory: the docker configuration, ~/.aws and the cache depend on it.</summary>
internal sealed class HomeCheck : ICheck
{
    public IEnumerable<Finding> Run(CheckContext context)
    {
        if (context.Environment.Home is not { } home)
        {
            yield return Finding
                .Fail(
                    "ECR103",
                    "HOME is not set, so neither the docker configuration nor ~/.aws can be found",
                    Remedy.Advise("set HOME in the environment of the client")
                )
                .On(new Subject(SubjectKind.Home));
        }
        else if (!Directory.Exists(home))
        {
            yield return Finding
                .Fail(
                    "ECR103",
                    $"{EnvironmentSnapshot.HomeVariable}={home} is not a directory",
                    Remedy.Advise("create it, or set HOME to the user's home directory")
                )
                .On(new Subject(SubjectKind.Home));
        }
        else if (
            OperatingSystem.IsLinux()
            && FileStatus.Of(home) is { } status
            && status.UserId != Posix.EffectiveUserId()
            && status.UserId != 0
        )
        {
            yield return Finding.Warn(
                "ECR103",
                $"{EnvironmentSnapshot.HomeVariable}={home} belongs to another user",
                Remedy.Advise("set HOME to the user's home directory, as sudo -H does")
            );
        }
        else
        {
            yield return Finding.Ok("ECR103", $"{EnvironmentSnapshot.HomeVariable}={home}");
        }
    }
}
