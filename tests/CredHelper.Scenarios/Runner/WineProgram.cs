namespace CredHelper.Scenarios.Runner;

/// <summary>
/// A Windows program under Wine that scenarios call by the name of the Linux one. Scripts of the scenarios stay those
/// of a Unix shell; the wrapper translates paths, and <c>scripts/windows/launcher.c</c> the environment.
/// </summary>
internal static class WineProgram
{
    /// <summary>Where Debian's package wine64 has its loader; it puts nothing on the PATH.</summary>
    private const string Loader = "/usr/lib/wine/wine64";

    /// <summary>scripts/windows-test.sh puts it beside the program.</summary>
    private const string Launcher = "launcher.exe";

    /// <summary>
    /// Puts links to all files of the program into a directory, a wrapper with its name, and <c>wine</c>, which runs
    /// any Windows program with the environment of a scenario.
    /// </summary>
    public static void Install(string program, string directory, string name)
    {
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetFullPath(program))!))
            File.CreateSymbolicLink(Path.Combine(directory, Path.GetFileName(file)), file);
        string prefix =
            Environment.GetEnvironmentVariable("WINEPREFIX")
            ?? throw new ScenarioFailedException("WINEPREFIX is not set; scripts/windows-test.sh sets it");
        Write(
            Path.Combine(directory, "wine"),
            $$"""
            #!/bin/sh
            program=$1
            shift
            for argument; do
                shift
                case $argument in /[!/]*/*) argument=Z:$argument ;; esac
                set -- "$@" "$argument"
            done
            export CREDHELPER_SCENARIO_PATH="$PATH"
            [ -z "${HOME+set}" ] || export CREDHELPER_SCENARIO_HOME="$HOME"
            export HOME=/ WINEPREFIX='{{prefix}}' WINEDEBUG=-all LC_ALL=C.UTF-8
            exec {{Loader}} '{{directory}}/{{Launcher}}' "$program" "$@"

            """
        );
        Write(
            Path.Combine(directory, name),
            $$"""
            #!/bin/sh
            exec '{{directory}}/wine' '{{directory}}/{{name}}.exe' "$@"

            """
        );
    }

    private static void Write(string path, string script)
    {
        File.WriteAllText(path, script);
        PublishedBinary.OpenToEveryone(path);
    }
}
