using System.Globalization;
using System.Numerics;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Aws.Config;

/// <summary>
/// Looks up single settings as the AWS tools do: the variables in the given order, then a key of the profile. An
/// invalid value is a <see cref="FailureKind.Configuration"/> error with its origin.
/// </summary>
internal sealed class SettingLookup(EnvironmentSnapshot env, AwsProfile profile)
{
    /// <summary>For values that cannot contain white space.</summary>
    public Setting? Find(string? key, params ReadOnlySpan<string> variables)
    {
        foreach (string variable in variables)
        {
            // Variables from a file with Windows line ends have a trailing carriage return.
            if (env[variable]?.Trim() is { Length: > 0 } value)
                return new Setting(value, variable);
        }
        return key is null ? null : profile.Find(key);
    }

    /// <summary>Returns false if the setting is missing.</summary>
    public bool Flag(string key, string variable)
    {
        if (Find(key, variable) is not { } setting)
            return false;
        if (setting.Value.Equals("true", StringComparison.OrdinalIgnoreCase))
            return true;
        if (setting.Value.Equals("false", StringComparison.OrdinalIgnoreCase))
            return false;
        throw Refusal(setting, "which is neither true nor false", "set it to true or false, or remove it");
    }

    /// <summary>Returns a number, limited to the range of an integer because Python's numbers have no limit.</summary>
    public int? Count(string key, string variable)
    {
        if (Find(key, variable) is not { } setting)
            return null;
        if (BigInteger.TryParse(setting.Value, NumberStyles.None, CultureInfo.InvariantCulture, out BigInteger count))
            return (int)BigInteger.Min(count, int.MaxValue);
        throw Refusal(setting, "which is not a whole number", "set it to a number such as 3, or remove it");
    }

    public static HelperException Refusal(Setting setting, string what, string hint) =>
        new(FailureKind.Configuration, $"{setting.Origin} is {SettingValue.Shown(setting.Value)}, {what}", hint);
}
