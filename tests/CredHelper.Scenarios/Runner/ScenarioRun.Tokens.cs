using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CredHelper.Scenarios.Runner;

/// <summary>
/// Commands that create values that a scenario cannot contain: times relative to now, tokens that expire then, and
/// keys.
/// </summary>
internal sealed partial class ScenarioRun
{
    private Dictionary<string, Func<ScenarioLine, Task>> TokenActions() =>
        new(StringComparer.Ordinal)
        {
            ["time"] = Now(MakeTime),
            ["id-token"] = Now(MakeIdToken),
            ["proof-key"] = Now(MakeProofKey),
        };

    /// <summary>time NAME SECONDS: a time in so many seconds, in the format of the AWS CLI.</summary>
    private void MakeTime(ScenarioLine line)
    {
        IReadOnlyList<string> words = Split(line);
        _variables[words[0]] = (DateTimeOffset.UtcNow + Seconds(words[1])).ToString(
            "yyyy-MM-dd'T'HH:mm:ss'Z'",
            CultureInfo.InvariantCulture
        );
    }

    /// <summary>id-token NAME SECONDS [SUBJECT]: a token like that of a GitLab job, which expires then.</summary>
    private void MakeIdToken(ScenarioLine line)
    {
        IReadOnlyList<string> words = Split(line);
        var claims = new Dictionary<string, object>
        {
            ["iss"] = "https://gitlab.example.com",
            ["aud"] = "sts.amazonaws.com",
            ["sub"] = words.Count > 2 ? words[2] : "project_path:group/app:ref_type:branch:ref:main",
            ["exp"] = (DateTimeOffset.UtcNow + Seconds(words[1])).ToUnixTimeSeconds(),
            ["jti"] = Guid.NewGuid(),
        };
        string header = Base64Url.EncodeToString("{\"alg\":\"RS256\",\"typ\":\"JWT\"}"u8);
        string token =
            $"{header}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims))}."
            + $"{Base64Url.EncodeToString(Encoding.ASCII.GetBytes("signature"))}";
        _variables[words[0]] = token;
        _secrets.Add(token);
    }

    /// <summary>proof-key NAME: a P-256 private key in PEM, escaped for a JSON string.</summary>
    private void MakeProofKey(ScenarioLine line)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _variables[line.Argument] = key.ExportECPrivateKeyPem().Replace("\n", "\\n", StringComparison.Ordinal);
    }
}
