using System.Runtime.Versioning;
using System.Security.Principal;
using Microsoft.Win32;

namespace CredHelper.GitLabRunner;

/// <summary>This machine.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsMachine : IWindowsMachine
{
    public string SystemRoot => Environment.GetFolderPath(Environment.SpecialFolder.Windows);

    public IReadOnlyDictionary<string, string>? Values(string key)
    {
        try
        {
            using RegistryKey? opened = Microsoft.Win32.Registry.LocalMachine.OpenSubKey(key);
            return opened
                ?.GetValueNames()
                .ToDictionary(name => name, name => TextOf(opened.GetValue(name)), StringComparer.OrdinalIgnoreCase);
        }
        catch (Exception exception) when (exception is System.Security.SecurityException or IOException)
        {
            return null;
        }
    }

    public string? SidOf(string account)
    {
        try
        {
            return new NTAccount(account).Translate(typeof(SecurityIdentifier)).Value;
        }
        catch (IdentityNotMappedException)
        {
            return null;
        }
    }

    private static string TextOf(object? value) =>
        value is string[] lines ? string.Join('\n', lines) : value?.ToString() ?? "";
}
