namespace CredHelper.Release;

/// <summary>Writes a formula for Homebrew, on macOS and on Linux.</summary>
internal static class Homebrew
{
    public const string FileName = $"{Installed.Name}.rb";

    private static readonly (string System, string Processor, string Target)[] Places =
    [
        ("macos", "arm", "osx-arm64"),
        ("macos", "intel", "osx-x64"),
        ("linux", "arm", "linux-arm64"),
        ("linux", "intel", "linux-x64"),
    ];

    public static bool IsFor(Download download) => Places.Any(place => place.Target == download.Target.Name);

    public static string Write(Source source, Project project, IReadOnlyList<Download> downloads)
    {
        var systems = Places
            .Join(
                downloads,
                place => place.Target,
                download => download.Target.Name,
                (place, download) => (place.System, place.Processor, Download: download)
            )
            .GroupBy(place => place.System)
            .Select(group =>
                $"  on_{group.Key} do\n"
                + string.Concat(group.Select(place => Processor(place.Processor, project, place.Download)))
                + "  end\n\n"
            );
        return $$"""
            class DockerCredentialEcrLogin < Formula
              desc "{{Installed.Summary}}"
              homepage "{{project.Url}}"
              version "{{source.Version}}"
              license "Apache-2.0"

            {{string.Concat(
                systems
            )}}  conflicts_with "docker-credential-helper-ecr", because: "both install {{Installed.Name}}"

              def install
                bin.install "{{Installed.Name}}"
                bin.install_symlink "{{Installed.Name}}" => "{{Installed.ShortName}}"
                man1.install "{{Installed.Name}}.1"
                generate_completions_from_executable(bin/"{{Installed.Name}}", "completion")
                bash_completion.install_symlink "{{Installed.Name}}" => "{{Installed.ShortName}}"
                fish_completion.install_symlink "{{Installed.Name}}.fish" => "{{Installed.ShortName}}.fish"
              end

              test do
                assert_match version.to_s, shell_output("#{bin}/{{Installed.Name}} version")
              end
            end

            """.ReplaceLineEndings(
            "\n"
        );
    }

    private static string Processor(string processor, Project project, Download download) =>
        $"""
                on_{processor} do
                  url "{project.DownloadUrl}/{download.FileName}"
                  sha256 "{download.Hash}"
                end

            """.ReplaceLineEndings("\n");
}
