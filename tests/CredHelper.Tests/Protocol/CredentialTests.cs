using System.Text;
using System.Text.Json;
using CredHelper.Errors;
using CredHelper.Protocol;
using CsCheck;

namespace CredHelper.Tests.Protocol;

/// <summary>Credentials as JSON, as get prints and store reads them.</summary>
public sealed class CredentialTests
{
    private static Credential Parse(string json) => Credential.ParseStoreRequest(Encoding.UTF8.GetBytes(json));

    private static HelperException Refusal(string json) => Assert.Throws<HelperException>(() => Parse(json));

    [Fact]
    public void HoldsAnySecretForEveryParser() =>
        Gen.Select(Gen.String, Gen.String, Gen.String)
            .Where(three => Array.TrueForAll([three.Item1, three.Item2, three.Item3], IsText))
            .Sample(three =>
            {
                (string server, string user, string secret) = three;
                string line = Encoding.UTF8.GetString(new Credential(server, user, secret).ToJsonLine().Span);

                Assert.Equal('\n', line[^1]);
                Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
                using JsonDocument document = JsonDocument.Parse(line);
                Assert.Equal(
                    ["ServerURL", "Username", "Secret"],
                    document.RootElement.EnumerateObject().Select(property => property.Name)
                );
                Assert.Equal(
                    [server, user, secret],
                    document.RootElement.EnumerateObject().Select(property => property.Value.GetString())
                );
            });

    [Fact]
    public void WrittenByUsIsReadByUs() =>
        Gen.Select(Gen.String, Gen.String)
            .Where(pair => IsText(pair.Item1) && IsText(pair.Item2) && pair.Item1.Length > 0)
            .Sample(pair =>
            {
                var given = new Credential("host", pair.Item1, pair.Item2);
                Assert.Equal(given, Credential.ParseStoreRequest(given.ToJsonLine().Span));
            });

    [Theory]
    [InlineData("""{"ServerURL":"E","Username":"AWS","Secret":"T"}""")]
    [InlineData("""{"serverurl":"E","USERNAME":"AWS","secret":"T"}""")]
    [InlineData("""{"ServerURL":" E\n","Username":"AWS","Secret":"T"}""")]
    [InlineData("""{"Extra":{"a":[1,{"Secret":"x"}]},"ServerURL":"E","Username":"AWS","Secret":"T","More":null}""")]
    [InlineData("""{"ServerURL":"E","Username":"AWS","Secret":"T"} and what stands behind""")]
    [InlineData("""{"ServerURL":"E","Username":"AWS","Secret":"T"}}}}""")]
    [InlineData("""{"Secret":"first","ServerURL":"E","Username":"AWS","Secret":"T"}""")]
    [InlineData("\n\t {\"ServerURL\":\"E\",\"Username\":\"AWS\",\"Secret\":\"\\u0054\"}\r\n")]
    public void IsReadLoosely(string json) => Assert.Equal(new Credential("E", "AWS", "T"), Parse(json));

    [Theory]
    [InlineData("""{"ServerURL":"E","Username":"AWS"}""")]
    [InlineData("""{"ServerURL":"E","Username":"AWS","Secret":null}""")]
    public void WithoutASecretHasAnEmptyOne(string json) => Assert.Equal("", Parse(json).Secret);

    [Theory]
    [InlineData("""{"ServerURL":"E","Username":"","Secret":"T"}""", "no credentials username")]
    [InlineData("""{"ServerURL":"E","Secret":"T"}""", "no credentials username")]
    [InlineData("""{"ServerURL":"E","Username":null,"Secret":"T"}""", "no credentials username")]
    [InlineData("""{"ServerURL":"","Username":"AWS","Secret":"T"}""", "no credentials server URL")]
    [InlineData("""{"ServerURL":" \n","Username":"AWS","Secret":"T"}""", "no credentials server URL")]
    [InlineData("""{"Username":"AWS","Secret":"T"}""", "no credentials server URL")]
    [InlineData("{}", "no credentials server URL")]
    public void WithoutServerOrUserIsRefusedInTheWordsThatClientsKnow(string json, string message) =>
        Assert.Equal(message, Refusal(json).Message);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"s3cr3t\"")]
    [InlineData("{")]
    [InlineData("""{"ServerURL":"E","Username":"AWS","Secret":"s3cr3t""")]
    [InlineData("""{"ServerURL":"E","Username":"AWS","Secret":"s3cr3t" """)]
    [InlineData("""{"ServerURL":"E","Username":"AWS","Secret":s3cr3t}""")]
    [InlineData("""{"ServerURL":"E","Username":"AWS","Secret":["s3cr3t"]}""")]
    [InlineData("""{"ServerURL":{"s3cr3t":1},"Username":"AWS","Secret":"T"}""")]
    [InlineData("""{"ServerURL":5,"Username":"AWS","Secret":"s3cr3t"}""")]
    [InlineData("""{"ServerURL":"E","Username":"AWS","Secret":"s3cr3t\ud800"}""")]
    [InlineData("""{"ServerURL":"E","Username":"AWS","Secret":"s3cr3t\x"}""")]
    [InlineData("""{"\ud800":1,"ServerURL":"E","Username":"AWS","Secret":"s3cr3t"}""")]
    [InlineData("""{"ServerURL":"E","Username":"AWS","Secret":"s3cr3t",}""")]
    public void ThatIsBrokenIsRefusedAndNotQuoted(string json)
    {
        HelperException refusal = Refusal(json);
        Assert.Equal(FailureKind.Usage, refusal.Kind);
        Assert.DoesNotContain("s3cr3t", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ThatIsNestedTooDeeplyIsRefused() =>
        Assert.Equal(
            FailureKind.Usage,
            Refusal("{\"a\":" + new string('[', 100_000) + new string(']', 100_000) + "}").Kind
        );

    [Fact]
    public void OfMoreThanOneMiBIsRefused() =>
        Assert.Contains(
            "longer than 1 MiB",
            Refusal(
                "{\"ServerURL\":\"E\",\"Username\":\"A\",\"Secret\":\"" + new string('x', 1024 * 1024) + "\"}"
            ).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void NeverFailsInAnotherWay() =>
        Gen.OneOf(
                Gen.Byte.Array[0, 50],
                Sample
                    .OneOf(
                        "{",
                        "}",
                        "[",
                        "]",
                        ":",
                        ",",
                        "\"",
                        "\"ServerURL\"",
                        "\"Username\"",
                        "\"Secret\"",
                        "\"a\"",
                        "1",
                        "null",
                        "\\u",
                        "\\ud800",
                        " "
                    )
                    .Array[0, 16]
                    .Select(parts => Encoding.UTF8.GetBytes("{" + string.Concat(parts)))
            )
            .Sample(
                bytes =>
                {
                    try
                    {
                        _ = Credential.ParseStoreRequest(bytes);
                    }
                    catch (HelperException exception)
                    {
                        Assert.Equal(FailureKind.Usage, exception.Kind);
                    }
                },
                iter: 5_000
            );

    /// <summary>Whole characters only: an unpaired surrogate has no UTF-8 form and never reaches the program.</summary>
    private static bool IsText(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                i++;
            else if (char.IsSurrogate(text[i]))
                return false;
        }
        return true;
    }
}
