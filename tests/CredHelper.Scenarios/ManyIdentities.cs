using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using CredHelper.Emulator;
using CredHelper.Scenarios.Runner;

namespace CredHelper.Scenarios;

/// <summary>
/// Sends concurrent requests of many identities for one host through one cache, in random order: profiles of two
/// accounts, roles, and two jobs that differ only in their ID token. The emulator records the identity that each token
/// was issued to.
/// </summary>
public sealed class ManyIdentities : IAsyncLifetime
{
    private const string Host = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
    private const int Steps = 300;
    private const int AtOnce = 6;

    private readonly string _home = Directory.CreateTempSubdirectory("credhelper-many-").FullName;
    private EmulatorServer _emulator = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await EmulatorServer.StartAsync();
        Directory.CreateDirectory(Path.Combine(_home, ".aws"));
        await File.WriteAllTextAsync(
            Path.Combine(_home, ".aws", "credentials"),
            string.Concat(
                AccessKey.Known.Select(
                    (key, index) =>
                        $"[profile{index}]\naws_access_key_id = {key.Id}\naws_secret_access_key = {key.Secret}\n"
                )
            )
        );
        await File.WriteAllTextAsync(
            Path.Combine(_home, "job-map"),
            $"[{Host}]\nrole_arn = arn:aws:iam::123456789012:role/job\nweb_identity_token_env = ECR_ID_TOKEN\n"
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _emulator.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public async Task NeverGetATokenOfOneAnother()
    {
        IReadOnlyList<(string Principal, Dictionary<string, string> Environment)> identities = [.. Identities()];
        int seed = Environment.TickCount;
        var random = new Random(seed);
        int[] order = [.. Enumerable.Range(0, Steps).Select(_ => random.Next(identities.Count))];

        await Parallel.ForEachAsync(
            order,
            new ParallelOptions
            {
                MaxDegreeOfParallelism = AtOnce,
                CancellationToken = TestContext.Current.CancellationToken,
            },
            async (index, _) =>
            {
                (string principal, Dictionary<string, string> environment) = identities[index];
                Outcome outcome = await GetAsync(environment);
                Assert.True(outcome.ExitCode == 0, $"seed {seed}, {principal}: {outcome.Stderr}");
                using var answer = JsonDocument.Parse(outcome.Stdout);
                string? issuedTo = _emulator.PrincipalOf(answer.RootElement.GetProperty("Secret").GetString()!);
                Assert.True(principal == issuedTo, $"seed {seed}: {principal} got a token of {issuedTo}");
            }
        );
    }

    private IEnumerable<(string Principal, Dictionary<string, string> Environment)> Identities()
    {
        yield return ("arn:aws:iam::123456789012:user/sample", Of(("AWS_PROFILE", "profile0")));
        yield return ("arn:aws:iam::210987654321:user/sample", Of(("AWS_PROFILE", "profile1")));
        foreach (string role in (string[])["one", "two"])
        {
            yield return (
                $"arn:aws:sts::123456789012:assumed-role/{role}/docker-credential-ecr-login",
                Of(
                    ("AWS_PROFILE_123456789012", "profile0"),
                    ("AWS_ROLE_ARN_123456789012", $"arn:aws:iam::123456789012:role/{role}")
                )
            );
        }
        foreach (string subject in (string[])["project_path:group/first", "project_path:group/second"])
        {
            yield return (
                $"arn:aws:sts::123456789012:assumed-role/job/docker-credential-ecr-login for {subject}",
                Of(("AWS_ECR_CONFIG", Path.Combine(_home, "job-map")), ("ECR_ID_TOKEN", IdToken(subject)))
            );
        }
    }

    private Dictionary<string, string> Of(params (string Name, string Value)[] variables)
    {
        var environment = variables.ToDictionary(
            variable => variable.Name,
            variable => variable.Value,
            StringComparer.Ordinal
        );
        environment["HOME"] = _home;
        environment["PATH"] = "/usr/bin:/bin";
        environment["AWS_ENDPOINT_URL"] = _emulator.HttpUrl;
        environment["AWS_EC2_METADATA_DISABLED"] = "true";
        environment["AWS_ECR_TIMEOUT"] = "60";
        return environment;
    }

    private async Task<Outcome> GetAsync(Dictionary<string, string> environment)
    {
        string binary = Path.Combine(PublishedBinary.Directory, PublishedBinary.Name);
        using ChildProcess child = ChildProcess.Start(
            new Launch(
                [binary, "get"],
                environment,
                _home,
                Encoding.ASCII.GetBytes(Host),
                StdinStaysOpen: false,
                "",
                User: null
            )
        );
        return await child.WaitAsync(TimeSpan.FromSeconds(60)) ?? throw new TimeoutException();
    }

    private static string IdToken(string subject)
    {
        byte[] claims = JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, object>
            {
                ["iss"] = "https://gitlab.example.com",
                ["aud"] = "sts.amazonaws.com",
                ["sub"] = subject,
                ["exp"] = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds(),
            }
        );
        return $"{Base64Url.EncodeToString("{\"alg\":\"RS256\"}"u8)}.{Base64Url.EncodeToString(claims)}."
            + $"{Base64Url.EncodeToString("signature"u8)}";
    }
}
