using CredHelper.GitLabRunner;

namespace CredHelper.Tests.GitLabRunner;

/// <summary>Tests references in a variable against the rules of Go's os.Expand.</summary>
public sealed class ExpandedVariableTests
{
    [Theory]
    [InlineData("a$A-${A}", "a1-1")]
    [InlineData("$$A", "$A")]
    [InlineData("${$}", "$")]
    [InlineData("cost: $", "cost: $")]
    [InlineData("$ 5", "$ 5")]
    [InlineData("$(A)", "$(A)")]
    [InlineData("a${}b", "ab")]
    [InlineData("${A", "A")]
    [InlineData("$5x$@", "x")]
    [InlineData("$AB", "")]
    [InlineData("$B", "$A")]
    public void ReplacesEachReferenceOnce(string value, string expanded) =>
        Assert.Equal(expanded, ExpandedVariable.Of(value, Known).Value);

    [Fact]
    public void NamesWhatOnlyAJobMayHave() =>
        Assert.Equal(["C", "AB"], ExpandedVariable.Of("$A ${C} $AB $1 $$", Known).Unknown);

    private static string? Known(string name) =>
        name switch
        {
            "A" => "1",
            "B" => "$A",
            _ => null,
        };
}
