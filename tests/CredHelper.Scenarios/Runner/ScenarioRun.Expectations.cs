using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace CredHelper.Scenarios.Runner;

/// <summary>
/// Expectations about the result of the last command. After <c>parallel</c> they must hold for each of its commands.
/// </summary>
internal sealed partial class ScenarioRun
{
    private readonly StringBuilder _stderr = new();
    private readonly HashSet<string> _secrets = new(StringComparer.Ordinal);

    private Dictionary<string, Func<ScenarioLine, string?>> OutputExpectations() =>
        new(StringComparer.Ordinal)
        {
            ["exit"] = line =>
                OfEach(outcome =>
                    outcome.ExitCode == int.Parse(line.Argument, CultureInfo.InvariantCulture)
                        ? null
                        : $"the exit code was {outcome.ExitCode}"
                ),
            ["stdout"] = line => OfEach(outcome => Equal(line, outcome.Stdout)),
            ["stderr"] = line => OfEach(outcome => Equal(line, outcome.Stderr)),
            ["stdout-empty"] = _ => OfEach(outcome => Empty(outcome.Stdout)),
            ["stderr-empty"] = _ => OfEach(outcome => Empty(outcome.Stderr)),
            ["stdout-matches"] = line => OfEach(outcome => Matches(line.Argument, outcome.Stdout)),
            ["stderr-matches"] = line => OfEach(outcome => Matches(line.Argument, outcome.Stderr)),
            ["stdout-lines"] = line => OfEach(outcome => Lines(line, outcome.Stdout)),
            ["stderr-lines"] = line => OfEach(outcome => Lines(line, outcome.Stderr)),
            ["stdout-json"] = line => OfEach(outcome => JsonPattern.Difference(Expand(line.Argument), outcome.Stdout)),
            ["stdout-is-json"] = _ => OfEach(outcome => IsJson(outcome.Stdout) ? null : "stdout is not JSON"),
            ["keep"] = Keep,
            ["secret"] = DeclareSecret,
            ["check-secret-free"] = _ => FindSecret(),
        };

    private string? OfEach(Func<Outcome, string?> difference) =>
        _outcomes.Count == 0
            ? "nothing was run"
            : _outcomes.Select(difference).FirstOrDefault(found => found is not null);

    /// <summary>Compares the whole output; a scenario omits the newline at the end.</summary>
    private string? Equal(ScenarioLine line, string output)
    {
        string expected = Encoding.UTF8.GetString(Words.Unescape(Expand(line.Argument)));
        return output == expected || output == expected + "\n" ? null : $"expected: {expected}";
    }

    private static string? Empty(string output) => output.Length == 0 ? null : "expected nothing";

    private string? Matches(string pattern, string output) => Match(pattern, output).Success ? null : "no line matches";

    private Match Match(string pattern, string output) =>
        Regex.Match(output, Expand(pattern), RegexOptions.Multiline, TimeSpan.FromSeconds(5));

    private static string? Lines(ScenarioLine line, string output)
    {
        int count = output.Count(c => c == '\n');
        bool whole = output.Length == 0 || output[^1] == '\n';
        return whole && count == int.Parse(line.Argument, CultureInfo.InvariantCulture)
            ? null
            : $"found {count} lines{(whole ? "" : " and one without an end")}";
    }

    private static bool IsJson(string output)
    {
        try
        {
            using var document = JsonDocument.Parse(output);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>keep NAME FIELD: stores a field of the JSON on stdout in the variable $NAME.</summary>
    private string? Keep(ScenarioLine line)
    {
        IReadOnlyList<string> words = Split(line);
        if (_outcomes.Count == 0 || TrySecret(_outcomes[0].Stdout, words[1]) is not string value)
            return $"stdout holds no {words[1]}";
        _variables[words[0]] = value;
        return null;
    }

    private string? DeclareSecret(ScenarioLine line)
    {
        _secrets.Add(Expand(line.Argument));
        return null;
    }

    private static string? TrySecret(string output, string field)
    {
        if (!IsJson(output))
            return null;
        using var document = JsonDocument.Parse(output);
        return
            document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty(field, out JsonElement value)
            && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
    }

    /// <summary>
    /// Checks that no known secret appears in any stderr or in any file other than the cache's and the scenario's own.
    /// </summary>
    private string? FindSecret()
    {
        string stderr = _stderr.ToString();
        if (_secrets.FirstOrDefault(secret => stderr.Contains(secret, StringComparison.Ordinal)) is string shown)
            return $"stderr holds the secret {shown}";
        foreach (string file in Directory.EnumerateFiles(_work, "*", SearchOption.AllDirectories))
        {
            if (
                _ownFiles.Contains(file)
                || file.Contains("/tokens-v1/", StringComparison.Ordinal)
                || file.Contains("/logins-v1/", StringComparison.Ordinal)
                || !IsRegular(file)
            )
            {
                continue;
            }

            string content = File.ReadAllText(file);
            if (_secrets.FirstOrDefault(secret => content.Contains(secret, StringComparison.Ordinal)) is string kept)
                return $"{file} holds the secret {kept}";
        }

        return null;
    }
}
