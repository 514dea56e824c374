using System.Collections;

namespace CredHelper.Identity;

/// <summary>
/// The environment as it was when the process started. Everything that depends on a variable takes it from here, so that
/// a test can pass its own and our own changes for native libraries never leak into a decision or a child process.
/// </summary>
internal sealed class EnvironmentSnapshot
{
    private readonly Dictionary<string, string> _variables;

    public EnvironmentSnapshot(IReadOnlyDictionary<string, string> variables) =>
        _variables = new Dictionary<string, string>(variables, Comparer);

    private EnvironmentSnapshot(IDictionary variables)
    {
        _variables = new Dictionary<string, string>(variables.Count, Comparer);
        foreach (DictionaryEntry variable in variables)
            _variables[(string)variable.Key] = (string?)variable.Value ?? "";
    }

    private static StringComparer Comparer =>
        OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    /// <summary>The value, or null where the variable is unset or empty: AWS's tools treat both alike.</summary>
    public string? this[string name] => _variables.TryGetValue(name, out string? value) && value.Length > 0 ? value : null;

    /// <summary>Every variable, empty ones included.</summary>
    public IReadOnlyDictionary<string, string> Variables => _variables;

    /// <summary>The user's home by the variable that the AWS tools use; null where it is unset (a service, a bare container).</summary>
    public string? Home => this["HOME"] ?? (OperatingSystem.IsWindows() ? this["USERPROFILE"] : null);

    public static EnvironmentSnapshot Take() => new(Environment.GetEnvironmentVariables());
}
