using CredHelper.Aws;
using CredHelper.Aws.Sources;
using CredHelper.Configuration;
using CredHelper.Emulator;
using CredHelper.Errors;
using CredHelper.Platform;
using CredHelper.Tests.Aws.Config;

namespace CredHelper.Tests.Aws.Sources;

/// <summary>
/// A home directory with AWS files, and an emulator in place of every service. This machine's own identity is not
/// accessible.
/// </summary>
internal sealed class SignedInHome : IAsyncDisposable
{
    private readonly AwsHome _home;

    private SignedInHome(AwsHome home, EmulatorServer emulator) => (_home, Emulator) = (home, emulator);

    public EmulatorServer Emulator { get; }

    public string Root => _home.Root;

    public static async Task<SignedInHome> StartAsync(string config = "", string credentials = "") =>
        new(
            new AwsHome(config, credentials),
            await EmulatorServer.StartAsync(cancellation: TestContext.Current.CancellationToken)
        );

    public AwsContext Setup(params (string Name, string Value)[] variables)
    {
        EnvironmentSnapshot environment = _home.Environment([
            ("AWS_ENDPOINT_URL", Emulator.HttpUrl),
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:9"),
            .. variables,
        ]);
        return AwsContext.Load(HelperContext.Start(environment), IdentityChoice.Ambient, "us-east-1");
    }

    public Task<AwsIdentity> ResolveAsync(params (string Name, string Value)[] variables) =>
        new CredentialPlanner(Setup(variables))
            .Plan(IdentityChoice.Ambient)
            .Source.ResolveAsync(TestContext.Current.CancellationToken);

    public Task<HelperException> RefusalAsync(params (string Name, string Value)[] variables) =>
        Assert.ThrowsAsync<HelperException>(() => ResolveAsync(variables));

    /// <summary>Writes a file below the home directory.</summary>
    public string Write(string path, string content)
    {
        string full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
        return full;
    }

    public async ValueTask DisposeAsync()
    {
        await Emulator.DisposeAsync();
        _home.Dispose();
    }
}
