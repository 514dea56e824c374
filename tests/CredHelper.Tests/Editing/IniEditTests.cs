using System.Text;
using CredHelper.Editing;
using CsCheck;

namespace CredHelper.Tests.Editing;

/// <summary>What becomes of an INI file that is edited by lines.</summary>
public sealed class IniEditTests
{
    private static readonly Gen<string> Line = OneOf.Const(
        "[default]",
        "[profile a]",
        "[ profile  b ]",
        "region = eu-west-1",
        "region=us-east-1",
        "# note",
        "; note",
        "",
        "s3 =",
        "  region = nested",
        "output = json",
        "key : value"
    );

    private static readonly Gen<string> Document = Gen.Select(Line.List[0, 12], OneOf.Const("\n", "\r\n"), Gen.Bool)
        .Select((lines, newline, ends) => string.Join(newline, lines) + (ends && lines.Count > 0 ? newline : ""));

    [Fact]
    public void HasTheValueThatWasPut() =>
        Document.Sample(text =>
        {
            IniEdit edit = Parse(text);
            edit.Put("ap-south-1", "default", "region");
            Assert.Equal("ap-south-1", Parse(Text(edit)).Find("default", "region"));
        });

    [Fact]
    public void KeepsEveryOtherLine() =>
        Document.Sample(text =>
        {
            if (Parse(text).Find("default", "region") is not null)
                return;
            IniEdit edit = Parse(text);
            edit.Put("ap-south-1", "default", "region");
            string[] before = Lines(text),
                after = Lines(Text(edit));
            int next = 0;
            foreach (string line in after)
            {
                if (next < before.Length && line == before[next])
                    next++;
            }

            Assert.Equal(before.Length, next);
        });

    [Fact]
    public void RemovesASectionWithItsLastKey()
    {
        IniEdit edit = Parse("[a]\nx = 1\n");
        edit.Put("1", "b", "y");
        edit.Remove("b", "y");
        Assert.Equal("[a]\nx = 1\n", Text(edit));
    }

    [Fact]
    public void PutsBehindTheLastKeyOfTheSection()
    {
        IniEdit edit = Parse("[a]\nx = 1\n\n# about b\n[b]\ny = 2\n");
        edit.Put("3", "a", "z");
        Assert.Equal("[a]\nx = 1\n\n# about b\nz = 3\n[b]\ny = 2\n", Text(edit));
    }

    private static string[] Lines(string text) =>
        [.. text.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0)];

    private static IniEdit Parse(string text) => IniEdit.Parse("f", Encoding.UTF8.GetBytes(text));

    private static string Text(IniEdit edit) => Encoding.UTF8.GetString(edit.ToBytes());
}
