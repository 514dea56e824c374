namespace CredHelper.Platform;

/// <summary>Names of accounts as Windows services have them.</summary>
internal static class WindowsAccountName
{
    /// <summary>Returns the name with its machine, which services write as a dot: <c>.\user</c>.</summary>
    public static string Full(string account) =>
        account.StartsWith(@".\", StringComparison.Ordinal) ? Environment.MachineName + account[1..] : account;
}
