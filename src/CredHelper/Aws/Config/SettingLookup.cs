using System.Globalization;
using System.Numerics;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Aws.Config;

/// <summary>
/// Looks single settings up where AWS's tools do: variables of the environment in the order given, then a key of the
/// profile. A value that makes no sense is a <see cref="FailureKind.Configuration"/> error that says where it stands.
/// </summary>
internal sealed class SettingLookup(EnvironmentSnapshot env, AwsProfile profile)
{
    /// <summary>For values without white space.</summary>
    public Setting? Find(string? key, params ReadOnlySpan<string> variables)
    {
        foreach (string variable in variables)
        {
            // A file of variables with Windows line ends leaves a carriage return behind every value.
            if (env[variable]?.Trim() is { Length: > 0 } value)
                return new Setting(value, variable);
        }
        return key is null ? null : profile.Find(key);
    }

    /// <summary>False where nothing is said.</summary>
    public bool Flag(string key, string variable)
    {
        if (Find(key, variable) is not { } setting)
            return false;
        if (setting.Value.Equals("true", StringComparison.OrdinalIgnoreCase))
            return true;
        if (setting.Value.Equals("false", StringComparison.OrdinalIgnoreCase))
            return false;
        throw Refusal(setting, "neither true nor false", "write true or false there, or remove it");
    }

    /// <summary>A number that is clamped to what an integer holds, as Python's have no limit.</summary>
    public int? Count(string key, string variable)
    {
        if (Find(key, variable) is not { } setting)
            return null;
        if (BigInteger.TryParse(setting.Value, NumberStyles.None, CultureInfo.InvariantCulture, out BigInteger count))
            return (int)BigInteger.Min(count, int.MaxValue);
        throw Refusal(setting, "not a whole number", "write a number such as 3 there, or remove it");
    }

    public static HelperException Refusal(Setting setting, string what, string hint) =>
        new(FailureKind.Configuration, $"{setting.Origin} is {SettingValue.Shown(setting.Value)}, {what}", hint);
}
