using CredHelper.Output;

namespace CredHelper.Tests.Output;

public sealed class PrometheusTextTests
{
    [Fact]
    public void WritesFamiliesWithHelpTypeAndLabels()
    {
        var text = new PrometheusText(PrometheusText.Label("client", "docker"));
        text.Add("age_seconds", "Age.", 1.5);
        text.AddFamily("tokens", "Tokens.");
        text.AddSample("tokens", 2, PrometheusText.Label("registry", "a"), PrometheusText.Label("state", "b"));
        Assert.Equal(
            """
            # HELP age_seconds Age.
            # TYPE age_seconds gauge
            age_seconds{client="docker"} 1.5
            # HELP tokens Tokens.
            # TYPE tokens gauge
            tokens{client="docker",registry="a",state="b"} 2

            """.ReplaceLineEndings("\n"),
            text.ToString()
        );
    }

    [Theory]
    [InlineData("plain", "x=\"plain\"")]
    [InlineData("a\\b", "x=\"a\\\\b\"")]
    [InlineData("a\"b", "x=\"a\\\"b\"")]
    [InlineData("a\nb", "x=\"a\\nb\"")]
    public void EscapesValuesOfLabels(string value, string label) =>
        Assert.Equal(label, PrometheusText.Label("x", value));
}
