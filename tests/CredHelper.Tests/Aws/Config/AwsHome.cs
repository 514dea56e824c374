using CredHelper.Aws.Config;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Tests.Aws.Config;

/// <summary>A home directory in a temporary folder with the two AWS files, and environments that refer to it.</summary>
internal sealed class AwsHome : IDisposable
{
    public AwsHome(string? config = null, string? credentials = null)
    {
        Directory.CreateDirectory(Path.Combine(Root, ".aws"));
        if (config is not null)
            File.WriteAllText(ConfigPath, config);
        if (credentials is not null)
            File.WriteAllText(CredentialsPath, credentials);
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("aws-home-").FullName;

    public string ConfigPath => Path.Combine(Root, ".aws", "config");

    public string CredentialsPath => Path.Combine(Root, ".aws", "credentials");

    public EnvironmentSnapshot Environment(params (string Name, string Value)[] variables)
    {
        var all = new Dictionary<string, string> { ["HOME"] = Root };
        foreach ((string name, string value) in variables)
            all[name] = value;
        return new EnvironmentSnapshot(all);
    }

    public AwsProfiles Load(params (string Name, string Value)[] variables) => AwsProfiles.Load(Environment(variables));

    public AwsSettings Resolve(params (string Name, string Value)[] variables) => ResolveFor(null, variables);

    public AwsSettings ResolveFor(string? profile, params (string Name, string Value)[] variables)
    {
        EnvironmentSnapshot env = Environment(variables);
        return AwsSettings.Resolve(env, AwsProfiles.Load(env), profile);
    }

    /// <summary>Returns the Configuration failure of resolving the settings or of using the result.</summary>
    public HelperException Refusal(params (string Name, string Value)[] variables)
    {
        HelperException e = Assert.Throws<HelperException>(() => Use(Resolve(variables)));
        Assert.Equal(FailureKind.Configuration, e.Kind);
        Assert.NotNull(e.Hint);
        return e;
    }

    private static void Use(AwsSettings settings)
    {
        _ = settings.Region;
        _ = settings.UseFipsIn("eu-west-1");
        _ = settings.UseDualStack;
        _ = settings.RetryMode;
        _ = settings.MaxAttempts;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
