using System.Text;
using CredHelper.Editing;
using CredHelper.Errors;

namespace CredHelper.Tests.Editing;

/// <summary>What becomes of a YAML or JSON document with lists that is edited in its text.</summary>
public sealed class YamlEditTests
{
    private static readonly string[] Lists = ["providers", "matchImages", "args"];

    [Fact]
    public void FillsAnEmptyFile()
    {
        YamlEdit edit = Of("");
        edit.Put("v1", "apiVersion");
        edit.Put("12h", "providers", "p", "defaultCacheDuration");
        edit.Put("\"*.a\"", "providers", "p", "matchImages", "*.a");
        edit.Put("b", "providers", "p", "matchImages", "b");
        edit.Put("k", "providers", "p", "args", "k");
        edit.Put("s", "providers", "p", "tokenAttributes", "audience");
        Assert.Equal(
            """
            apiVersion: v1
            providers:
              - name: p
                defaultCacheDuration: 12h
                matchImages:
                  - "*.a"
                  - b
                args:
                  - k
                tokenAttributes:
                  audience: s

            """,
            TextOf(edit)
        );
    }

    [Theory]
    [InlineData(
        "providers:\n- name: p # ours\n  matchImages:\n  - a # first\n  # of it\n  other: x\n# end\n",
        "providers:\n- name: p # ours\n  matchImages:\n  - a # first\n  - new\n  # of it\n  other: x\n# end\n"
    )]
    [InlineData(
        "providers:\n  - matchImages: [a]\n    name: p\n",
        "providers:\n  - matchImages: [a, new]\n    name: p\n"
    )]
    [InlineData(
        "providers:\n  - name: p\n    matchImages: # none yet\n    x: y",
        "providers:\n  - name: p\n    matchImages: # none yet\n      - new\n    x: y"
    )]
    [InlineData("providers:\n  - name: q\n", "providers:\n  - name: q\n  - name: p\n    matchImages:\n      - new\n")]
    [InlineData("providers:\r\n  - name: p", "providers:\r\n  - name: p\r\n    matchImages:\r\n      - new")]
    [InlineData(
        "{\n  \"providers\": [\n    {\n      \"name\": \"p\",\n      \"matchImages\": [\n        \"a\"\n"
            + "      ]\n    }\n  ]\n}\n",
        "{\n  \"providers\": [\n    {\n      \"name\": \"p\",\n      \"matchImages\": [\n        \"a\",\n"
            + "        \"new\"\n      ]\n    }\n  ]\n}\n"
    )]
    [InlineData(
        "{\n\t\"providers\": [\n\t\t{\n\t\t\t\"name\": \"q\"\n\t\t}\n\t]\n}",
        "{\n\t\"providers\": [\n\t\t{\n\t\t\t\"name\": \"q\"\n\t\t},\n\t\t{\n\t\t\t\"name\": \"p\",\n"
            + "\t\t\t\"matchImages\": [\n\t\t\t\t\"new\"\n\t\t\t]\n\t\t}\n\t]\n}"
    )]
    [InlineData("{\"providers\":[]}", "{\"providers\":[{\"name\": \"p\", \"matchImages\": [\"new\"]}]}")]
    public void AddsWhereItBelongsAndTakesItAwayAgain(string before, string after)
    {
        string[] path = ["providers", "p", "matchImages", "new"];
        YamlEdit edit = Of(before);
        IReadOnlyList<string[]> around = edit.MissingAround(path);
        edit.Put(edit.Notation("new"), path);
        Assert.Equal(after, TextOf(edit));
        Assert.Equal("new", JsonEdit.Unquote(edit.Find(path)) ?? edit.Find(path));
        edit.Remove(path);
        foreach (string[] one in around.Reverse())
            edit.RemoveIfEmpty(one);
        Assert.Equal(before, TextOf(edit));
    }

    [Theory]
    [InlineData("- name: p\n", 1)]
    [InlineData("providers: x\n", 1)]
    [InlineData("a: 1\nproviders:\n  p: {}\n", 3)]
    [InlineData("a: &b 1\n", 1)]
    [InlineData("a: 1\na: 2\nproviders: []\nproviders: []\n", 4)]
    public void RefusesWhatItCannotEdit(string text, int line)
    {
        HelperException exception = Assert.Throws<HelperException>(() => Of(text).Put("n", "providers", "p", "x"));
        Assert.StartsWith($"f:{line}:", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("nothing was changed", exception.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void ReplacesAScalarAlone()
    {
        YamlEdit edit = Of("a: 'x' # why\nb:\nc: y\n");
        edit.Put("z", "a");
        edit.Put("w", "b");
        Assert.Equal("a: z # why\nb: w\nc: y\n", TextOf(edit));
        Assert.True(edit.IsSame("z", "\"z\""));
        Assert.False(edit.IsSame("1", "\"1\""));
    }

    private static YamlEdit Of(string text) => YamlEdit.Parse("f", Encoding.UTF8.GetBytes(text), Lists);

    private static string TextOf(YamlEdit edit) => Encoding.UTF8.GetString(edit.ToBytes());
}
