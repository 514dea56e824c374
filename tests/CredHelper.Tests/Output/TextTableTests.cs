using CredHelper.Output;

namespace CredHelper.Tests.Output;

public sealed class TextTableTests
{
    private static readonly string[] Heads = ["NAME", "AGE"];

    [Fact]
    public void AlignsColumns() =>
        Assert.Equal(
            """
            NAME          AGE
            registry.one  7 min
            日本          1 h

            """,
            Of(null, ["registry.one", "7 min"], ["日本", "1 h"])
        );

    [Fact]
    public void WrapsCellsOfTheWidestColumn() =>
        Assert.Equal(
            """
            NAME                    AGE
            registry.example/       7 min
            group/project/app
            b                       1 h

            """,
            Of(29, ["registry.example/group/project/app", "7 min"], ["b", "1 h"])
        );

    private static string Of(int? width, params string[][] rows)
    {
        var layout = new TextLayout(new TerminalStyle { HasLayout = true, Width = width });
        TextTable.Add(layout, Heads, rows);
        return layout.ToString();
    }
}
