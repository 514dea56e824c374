using System.Collections;

/// <summary>
/// Gives a program under Wine the environment of its scenario. Wine sets USERPROFILE and PATH itself, and Unix paths
/// mean something else on Windows. .NET calls this before Main (<c>DOTNET_STARTUP_HOOKS</c>); children of the program
/// inherit the result and keep it.
/// </summary>
internal static class StartupHook
{
    private const string Prefix = "CREDHELPER_SCENARIO_";
    private const string SystemDirectories = @"C:\windows\system32;C:\windows";

    public static void Initialize()
    {
        string? path = Take("PATH"),
            home = Take("HOME"),
            work = Take("WORK");
        if (path is null)
            return;
        Environment.SetEnvironmentVariable(
            "PATH",
            string.Join(';', path.Split(':').Select(ToWindows).Append(SystemDirectories))
        );
        Environment.SetEnvironmentVariable("USERPROFILE", home is null ? null : ToWindows(home));
        Environment.SetEnvironmentVariable("HOMEDRIVE", null);
        Environment.SetEnvironmentVariable("HOMEPATH", null);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (work is not null && variable.Value is string value && value.StartsWith(work, StringComparison.Ordinal))
                Environment.SetEnvironmentVariable((string)variable.Key, ToWindows(value));
        }
    }

    private static string? Take(string name)
    {
        string? value = Environment.GetEnvironmentVariable(Prefix + name);
        Environment.SetEnvironmentVariable(Prefix + name, null);
        return value;
    }

    /// <summary>Wine's drive Z: is the root of the Unix file system.</summary>
    private static string ToWindows(string path) => path.StartsWith('/') ? "Z:" + path.Replace('/', '\\') : path;
}
