namespace CredHelper.Release.Tests;

/// <summary>A made-up project and its release.</summary>
internal static class Samples
{
    public static readonly Source Source = new(
        "1.2.3",
        "1.2.3",
        "0123456789abcdef0123456789abcdef01234567",
        DateTimeOffset.FromUnixTimeSeconds(1_767_323_046)
    );

    public static readonly Project Project = new(
        "https://git.example.com/ecr-login",
        "https://git.example.com/ecr-login/v1.2.3",
        "https://packages.example.com",
        "registry.example.com/ecr-login",
        "Jane Doe",
        "jane@example.com"
    );

    public static Target Target(string name) => Array.Find(Release.Target.All, target => target.Name == name)!;

    public static Download Download(string target) =>
        new(Target(target), $"{target}.archive", $"folder-{target}", new string('a', 64));
}
