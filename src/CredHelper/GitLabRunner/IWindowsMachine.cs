namespace CredHelper.GitLabRunner;

/// <summary>The parts of a Windows machine that describe its services and their accounts.</summary>
internal interface IWindowsMachine
{
    /// <summary>The directory of Windows, such as <c>C:\Windows</c>.</summary>
    string SystemRoot { get; }

    /// <summary>
    /// The texts of a key below HKEY_LOCAL_MACHINE by name, with variables expanded and several lines joined by line
    /// feeds; null if there is no such key or this user may not read it.
    /// </summary>
    IReadOnlyDictionary<string, string>? Values(string key);

    /// <summary>The security identifier of an account; null if the machine does not know it.</summary>
    string? SidOf(string account);
}
