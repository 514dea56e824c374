using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using CredHelper.Emulator;

namespace CredHelper.Scenarios.Runner;

/// <summary>Commands for the AWS services and registries of tests/CredHelper.Emulator.</summary>
internal sealed partial class ScenarioRun
{
    private static readonly JsonSerializerOptions FaultJson = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private EmulatorServer? _emulator;

    private Dictionary<string, Func<ScenarioLine, Task>> EmulatorActions() =>
        new(StringComparer.Ordinal)
        {
            ["emulator"] = StartEmulatorAsync,
            ["emulator-stops"] = async _ => await Emulator.DisposeAsync(),
            ["emulator-reset"] = Now(_ => Emulator.Reset()),
            ["keys"] = Now(UseKeys),
            ["fault"] = Now(line =>
                Emulator.Faults.Add(JsonSerializer.Deserialize<Fault>(Expand(line.Argument), FaultJson)!)
            ),
        };

    private Dictionary<string, Func<ScenarioLine, string?>> EmulatorExpectations() =>
        new(StringComparer.Ordinal) { ["calls"] = CountCalls, ["call"] = MatchLastCall };

    private EmulatorServer Emulator => _emulator ?? throw new ScenarioFailedException("no emulator runs");

    /// <summary>
    /// emulator [https[=PORT]] [listen=ADDRESS] [dns=NAME …] [gitlab=HOST=USER:PASSWORD …] [proxy[=USER:PASSWORD]]
    /// [token-lifetime=SECONDS]
    /// </summary>
    private async Task StartEmulatorAsync(ScenarioLine line)
    {
        var options = new EmulatorOptions();
        foreach (string word in Split(line))
        {
            string[] parts = word.Split('=', 2);
            string value = parts.Length > 1 ? parts[1] : "0";
            options = parts[0] switch
            {
                "https" => options with { HttpsPort = int.Parse(value, CultureInfo.InvariantCulture) },
                "listen" => options with { ListenAddress = IPAddress.Parse(value) },
                "dns" => options with { DnsNames = [.. options.DnsNames, value] },
                "gitlab" => options with
                {
                    GitLabRegistries = [.. options.GitLabRegistries, GitLabRegistry.Parse(value)],
                },
                "proxy" => options with { ProxyLogin = parts.Length > 1 ? value : "" },
                "token-lifetime" => options with { TokenLifetime = Seconds(value) },
                _ => throw new ScenarioFailedException($"the emulator has no option {parts[0]}"),
            };
        }

        _emulator = await EmulatorServer.StartAsync(options);
        _variables["HTTP"] = _emulator.HttpUrl;
        _variables["PORT"] = new Uri(_emulator.HttpUrl).Port.ToString(CultureInfo.InvariantCulture);
        if (_emulator.ProxyUrl.Length > 0)
            _variables["PROXY"] = new Uri(_emulator.ProxyUrl).Authority;
        if (_emulator.HttpsUrl.Length > 0)
        {
            _variables["HTTPS"] = _emulator.HttpsUrl;
            _variables["CA"] = Path.Combine(_work, "ca.pem");
            await File.WriteAllTextAsync(_variables["CA"], _emulator.CaPem);
        }
    }

    /// <summary>keys [second]: sets the environment of a job with the static keys of an account.</summary>
    private void UseKeys(ScenarioLine line)
    {
        AccessKey key = AccessKey.Known[line.Argument == "second" ? 1 : 0];
        _environment["AWS_ACCESS_KEY_ID"] = key.Id;
        _environment["AWS_SECRET_ACCESS_KEY"] = key.Secret;
        if (_emulator is not null)
            _environment["AWS_ENDPOINT_URL"] = _emulator.HttpUrl;
    }

    /// <summary>calls SERVICE N: the number of calls; * means all services.</summary>
    private string? CountCalls(ScenarioLine line)
    {
        IReadOnlyList<string> words = Split(line);
        int count = Emulator.CallCount(words[0]);
        return count == int.Parse(words[1], CultureInfo.InvariantCulture)
            ? null
            : $"the emulator saw {count}: {string.Join(", ", Emulator.Calls)}";
    }

    /// <summary>call SERVICE FIELD REGEX: a field of the last call to the service.</summary>
    private string? MatchLastCall(ScenarioLine line)
    {
        string[] words = line.Argument.Split(' ', 3);
        if (Emulator.Calls.LastOrDefault(call => call.Service == words[0]) is not { } last)
            return "the service saw no call";
        JsonElement fields = JsonSerializer.SerializeToElement(last, FaultJson);
        string value = fields.GetProperty(words[1]).ToString();
        return Regex.IsMatch(value, Expand(words[2])) ? null : $"it was {value}";
    }
}
