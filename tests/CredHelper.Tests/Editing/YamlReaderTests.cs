using System.Globalization;
using System.Text;
using CredHelper.Editing;
using CsCheck;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;
using YamlException = CredHelper.Editing.YamlException;

namespace CredHelper.Tests.Editing;

/// <summary>What is read of YAML, held against the library YamlDotNet.</summary>
public sealed class YamlReaderTests
{
    [Theory]
    [InlineData("a: 1\nb:\n  - x\n  - y: z\n    w: v\nc:\n- p\n-  q\n")]
    [InlineData("# head\n---\nkind: X # why\n\nlist:\n  # in between\n  - one # first\n\n  - two\n# end\n...\n")]
    [InlineData("a:\nb: ~\nc: null\nd: ''\ne: \"\"\n")]
    [InlineData("{\"a\": [1, 2.5, true, null, \"x\\u00e9\\n\\/\"], \"b\": {}, \"c\": []}")]
    [InlineData("{\n\t\"tabs\": \"are blanks\",\n\t\"list\": [\n\t\t\"a\"\n\t]\n}\n")]
    [InlineData("args: [kubelet, '--v=5', \"x y\"]\nenv: {A: b, C: 'd e'}\n")]
    [InlineData("flow: [a,\n  b, # comment\n  {c: d}\n]\nnext: 1\n")]
    [InlineData("- - a\n  - b\n-\n  - c\n- d: e\n")]
    [InlineData("text: some words\n  that go on\n  here\nnext: x\n")]
    [InlineData("text: 'it''s\n  folded\n\n  twice'\nother: \"a\\\n  b\n  c\"\n")]
    [InlineData("a: \"b\\ \n  c\\t \n\n  d\\\n\n e\"\n")]
    [InlineData("literal: |\n  one\n    two\n\n  three\nstripped: |-\n  x\n")]
    [InlineData("url: https://example.com:8080/path#fragment\nglob: '*.dkr.ecr.*.amazonaws.com'\n")]
    [InlineData("\"quoted: name\": 1\n'other': 2\n")]
    [InlineData("a: b\r\nc:\r\n  - d\r\n  - e\r\n")]
    [InlineData("apiVersion: v1\nproviders:\n- name: x\n  matchImages:\n  - \"a\"\n  - b\n  args:\n  - c\n- name: y\n")]
    [InlineData("a: -1\nb: - \n")]
    [InlineData("a: [b c, d:e]\nf: {g: h, 'i':j}\n")]
    [InlineData("x: a:b\ny: a#b\nz: -x\n")]
    [InlineData("  indented: root\n  other: y\n")]
    [InlineData("just a text\n")]
    [InlineData("")]
    [InlineData("# nothing\n")]
    public void ReadsWhatTheLibraryReads(string text)
    {
        string? expected = OfLibrary(text);
        string? actual;
        try
        {
            actual = Text(YamlReader.Read(text));
        }
        catch (YamlException)
        {
            actual = null;
        }
        Assert.Equal(expected, actual);
    }

    [Theory]
    [InlineData("a: b: c\n", 1)]
    [InlineData("a: 1\n  b: 2\n", 2)]
    [InlineData("a:\n\t- b\n", 2)]
    [InlineData("a:\n\t# b\n", 2)]
    [InlineData("a:\n\t\nb: c\n", 2)]
    [InlineData("a: b\n\tc\n", 2)]
    [InlineData("a: 1\n\t\n", 2)]
    [InlineData("a: |\n\n\tb\n", 3)]
    [InlineData("a: |\n   \n  b\n", 3)]
    [InlineData("{a\n: b}\n", 1)]
    [InlineData("a: [-]\n", 1)]
    [InlineData("a: [b\n", 2)]
    [InlineData("a: 'b\n", 2)]
    [InlineData("a: 1\nb\n", 2)]
    [InlineData("a: 1\n- b\n", 2)]
    [InlineData("a: @b\n", 1)]
    [InlineData("a: \"\\q\"\n", 1)]
    [InlineData("a:\n  - b\n c: d\n", 3)]
    [InlineData("{\"a\": 1} x\n", 1)]
    public void TellsTheLineOfAMistake(string text, int line)
    {
        Assert.Null(OfLibrary(text));
        YamlException exception = Assert.Throws<YamlException>(() => YamlReader.Read(text));
        Assert.Equal((line, false), (exception.Line, exception.IsValid));
    }

    /// <summary>The kubelet's library refuses these, YamlDotNet reads them.</summary>
    [Theory]
    [InlineData("a: {b:}\n")]
    [InlineData("a:\n-\tb\n")]
    [InlineData("a:\n- \t\n")]
    public void RefusesWhatTheKubeletRefuses(string text) =>
        Assert.False(Assert.Throws<YamlException>(() => YamlReader.Read(text)).IsValid);

    /// <summary>Nothing is taken for something else: what is valid and not read is refused as that.</summary>
    [Theory]
    [InlineData("a: &x 1\nb: *x\n")]
    [InlineData("a: !!str 1\n")]
    [InlineData("%YAML 1.1\n---\na: 1\n")]
    [InlineData("a: 1\n---\nb: 2\n")]
    [InlineData("<<: {a: b}\n")]
    [InlineData("? [a, b]\n: c\n")]
    [InlineData("a: >\n  folded\n")]
    [InlineData("a: [b: c]\n")]
    public void RefusesWhatItDoesNotRead(string text) =>
        Assert.True(Assert.Throws<YamlException>(() => YamlReader.Read(text)).IsValid);

    [Theory]
    [InlineData("yes", "Boolean")]
    [InlineData("Off", "Boolean")]
    [InlineData("n", "Boolean")]
    [InlineData("~", "Null")]
    [InlineData("0", "Number")]
    [InlineData("1_000", "Number")]
    [InlineData("0x1F", "Number")]
    [InlineData("1e3", "Number")]
    [InlineData(".5", "Number")]
    [InlineData("-.inf", "Number")]
    [InlineData("12h", "String")]
    [InlineData("1.2.3", "String")]
    [InlineData("-x", "String")]
    [InlineData("NaN", "String")]
    public void KnowsTheKindOfAPlainText(string text, string kind)
    {
        Assert.Equal(kind, YamlReader.Read(text)!.Kind.ToString());
        Assert.Equal(YamlKind.String, YamlReader.Read($"'{text}'")!.Kind);
    }

    [Fact]
    public void ReadsWhatTheLibraryWrites() =>
        Documents.Sample(document =>
        {
            string text = Write(document);
            try
            {
                string actual = Text(YamlReader.Read(text));
                // The library's scanner fails over some of what its emitter writes.
                Assert.Equal(OfLibrary(text) ?? actual, actual);
            }
            catch (YamlException exception) when (exception.IsValid)
            {
                // Such as a text that begins with a colon.
            }
        });

    /// <summary>Whether a text is valid is not compared: the library is both stricter and laxer than YAML.</summary>
    [Fact]
    public void ReadsNothingElseInAnyText() =>
        Gen.String[Gen.Char["a: b\n- 'x\"{}[]#|\\ \t,"], 0, 40]
            .Sample(text =>
            {
                try
                {
                    string actual = Text(YamlReader.Read(text));
                    Assert.Equal(OfLibrary(text) ?? actual, actual);
                }
                catch (YamlException)
                {
                    // Most of these texts are not valid.
                }
            });

    /// <summary>Documents with scalars of all styles that are read.</summary>
    private static readonly Gen<YamlNodeShape> Documents = Gen.Recursive<YamlNodeShape>(
        (depth, again) =>
        {
            Gen<YamlNodeShape> scalar = Gen.Select(
                Gen.String[Gen.Char["ab1.*-/ '\"#\\é\n:"], 0, 12],
                OneOf.Const(ScalarStyle.SingleQuoted, ScalarStyle.DoubleQuoted, ScalarStyle.Plain),
                (text, style) => new YamlNodeShape(text, style, null, null, false)
            );
            Gen<YamlNodeShape> collection = Gen.Select(
                again.List[0, 4],
                Gen.String[Gen.Char['a', 'z'], 1, 5].HashSet[4],
                Gen.Bool,
                Gen.Bool,
                (items, names, isMap, isFlow) =>
                    new YamlNodeShape("", ScalarStyle.Any, items, isMap ? [.. names] : null, isFlow)
            );
            return depth > 3 ? scalar : Gen.Frequency((1, scalar), (3, collection));
        }
    );

    private sealed record YamlNodeShape(
        string Text,
        ScalarStyle Style,
        IReadOnlyList<YamlNodeShape>? Items,
        IReadOnlyList<string>? Names,
        bool IsFlow
    );

    private static string Write(YamlNodeShape document)
    {
        var writer = new StringWriter(CultureInfo.InvariantCulture);
        var emitter = new Emitter(writer);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart());
        Emit(emitter, document);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return writer.ToString();
    }

    private static void Emit(Emitter emitter, YamlNodeShape shape)
    {
        if (shape.Items is null)
        {
            emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, shape.Text, shape.Style, true, true));
        }
        else if (shape.Names is { } names)
        {
            emitter.Emit(
                new MappingStart(
                    AnchorName.Empty,
                    TagName.Empty,
                    isImplicit: true,
                    shape.IsFlow ? MappingStyle.Flow : MappingStyle.Block
                )
            );
            foreach ((string name, YamlNodeShape item) in names.Zip(shape.Items))
            {
                emitter.Emit(new Scalar(name));
                Emit(emitter, item);
            }
            emitter.Emit(new MappingEnd());
        }
        else
        {
            emitter.Emit(
                new SequenceStart(
                    AnchorName.Empty,
                    TagName.Empty,
                    isImplicit: true,
                    shape.IsFlow ? SequenceStyle.Flow : SequenceStyle.Block
                )
            );
            foreach (YamlNodeShape item in shape.Items)
                Emit(emitter, item);
            emitter.Emit(new SequenceEnd());
        }
    }

    /// <summary>Null if the library refuses it.</summary>
    private static string? OfLibrary(string text)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return
                stream.Documents is [{ RootNode: not YamlScalarNode { Value: "", Style: ScalarStyle.Plain } } first, ..]
                ? Text(first.RootNode)
                : "nothing";
        }
        catch (Exception exception)
            when (exception is YamlDotNet.Core.YamlException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private static string Text(YamlDotNet.RepresentationModel.YamlNode node) =>
        node switch
        {
            YamlMappingNode map =>
                $"{{{string.Join(", ", map.Children.Select(child => $"{Text(child.Key)}: {Text(child.Value)}"))}}}",
            YamlSequenceNode list => $"[{string.Join(", ", list.Children.Select(Text))}]",
            YamlScalarNode scalar => Quote(scalar.Value ?? ""),
            _ => node.ToString(),
        };

    private static string Text(CredHelper.Editing.YamlNode? node) =>
        node?.Kind switch
        {
            null => "nothing",
            YamlKind.Map =>
                $"{{{string.Join(", ", node.Members.Select(one => $"{Quote(one.Name)}: {Text(one.Value)}"))}}}",
            YamlKind.List => $"[{string.Join(", ", node.Items.Select(item => Text(item.Value)))}]",
            _ => Quote(node.Text),
        };

    private static string Quote(string text) =>
        new StringBuilder("<").Append(text.Replace("\n", "\\n", StringComparison.Ordinal)).Append('>').ToString();
}
