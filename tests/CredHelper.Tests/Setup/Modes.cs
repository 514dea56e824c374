using CredHelper.Setup;

namespace CredHelper.Tests.Setup;

/// <summary>Ways to go about a setup.</summary>
internal static class Modes
{
    public static readonly GivenCommand Command = new(
        ["docker-credential-ecr-login"],
        ["setup", "docker", "--registry", "123456789012/eu-west-1"],
        RunsAsRoot: true
    );

    public static readonly SetupMode Plain = new(IsDryRun: false, IsSure: false, AsJson: false, Command);

    public static readonly SetupMode Sure = Plain with { IsSure = true };
}
