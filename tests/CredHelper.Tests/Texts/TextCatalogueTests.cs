namespace CredHelper.Tests.Texts;

/// <summary>Every text of the program and every comment in its sources keeps the rules of style.</summary>
public sealed class TextCatalogueTests
{
    private static IEnumerable<(string Name, string Content)> Sources()
    {
        string root = Path.Combine(Repository.Root, "src");
        return from path in Repository.Files("src", "*.cs")
            let name = Path.GetRelativePath(root, path).Replace('\\', '/')
            orderby name
            select (name, File.ReadAllText(path));
    }

    [Fact]
    public void TextsKeepTheRules() =>
        AssertNone(
            from text in TextScanner.Scan(Sources())
            from complaint in TextRules.Complaints(text)
            select $"{text} {complaint}"
        );

    [Fact]
    public void CommentsKeepTheRules() =>
        AssertNone(
            from source in Sources()
            from comment in Comments.Of(source.Name, source.Content)
            from complaint in TextRules.ComplaintsOfWords(comment.Text)
            select $"{comment.Place}: comment {complaint}"
        );

    [Fact]
    public void FindsTheTextsOfTheProgram()
    {
        List<SourceText> texts = TextScanner.Scan(Sources());
        Assert.Contains(texts, text => text is { Role: TextRole.Problem, Text: "no registry given" });
        Assert.Contains(texts, text => text is { Role: TextRole.Hint, Text: "name each registry once" });
        Assert.Contains(texts, text => text is { Role: TextRole.Description, Text: "Print one JSON object" });
        Assert.InRange(texts.Count(text => text.Role == TextRole.Problem), 150, int.MaxValue);
        Assert.InRange(texts.Count(text => text.Role == TextRole.Hint), 150, int.MaxValue);
    }

    [Fact]
    public void FindsTextsByTheirUse()
    {
        const string Source = """"
            class Sample(string file)
            {
                HelperException One(bool isNew) =>
                    new(FailureKind.Usage, $"{file} is " + "broken", isNew ? "mend it" : $"rm {file}");
                void Two() => throw new HelperException(FailureKind.Other, "a; hint: b");
                Option Three() => new("--x") { Description = """Names a file.""" };
                HelperException Four() => Broken("It fails", "fix it");
                HelperException Broken(string what, string hint) => new(FailureKind.Other, what, hint);
                [Obsolete("not a text")] void Five() { }
            }
            class HelperException(FailureKind kind, string message, string? hint = null);
            """";
        Assert.Equal(
            [
                (TextRole.Problem, "{…} is broken"),
                (TextRole.Hint, "mend it"),
                (TextRole.Hint, "rm {…}"),
                (TextRole.Problem, "a"),
                (TextRole.Hint, "b"),
                (TextRole.Other, "--x"),
                (TextRole.Description, "Names a file."),
                (TextRole.Problem, "It fails"),
                (TextRole.Hint, "fix it"),
            ],
            TextScanner.Scan([("Sample.cs", Source)]).Select(text => (text.Role, text.Text))
        );
    }

    [Theory]
    [InlineData("Problem", "this is no path", "is no")]
    [InlineData("Problem", "there is no path", null)]
    [InlineData("Problem", "the token is no longer valid", null)]
    [InlineData("Problem", "The path is empty", "capital")]
    [InlineData("Problem", "HOME is not set", null)]
    [InlineData("Problem", "AWS's answer is too long", null)]
    [InlineData("Problem", "{…} is empty", null)]
    [InlineData("Problem", "the path is empty.", "full stop")]
    [InlineData("Problem", "the path  is empty", "two blanks")]
    [InlineData("Problem", "another profile stands there", "stands")]
    [InlineData("Problem", "the registry map is not readable", "registry configuration")]
    [InlineData("Hint", "look whether it exists", "known verb")]
    [InlineData("Hint", "run it again", null)]
    [InlineData("Hint", "{…} --yes", null)]
    [InlineData("Hint", "add it, please", "courtesy")]
    [InlineData("Hint", "run what mends it", "mends")]
    [InlineData("Description", "print the version", "but a description")]
    [InlineData("Description", "Print the version.", "full stop")]
    [InlineData("Description", "config.toml of the runner manager", null)]
    [InlineData("Other", "a kept login in the list of parts", "stored credential")]
    [InlineData("Other", "ways of signing in", "authentication method")]
    [InlineData("Other", "ECR101  Finished.", null)]
    public void RulesReportWhatIsWrong(string role, string text, string? complaint)
    {
        string[] complaints = [.. TextRules.Complaints(new SourceText("A.cs:1", Enum.Parse<TextRole>(role), text))];
        if (complaint is null)
            Assert.Equal([], complaints);
        else
            Assert.Contains(complaints, one => one.Contains(complaint, StringComparison.Ordinal));
    }

    [Fact]
    public void FindsComments() =>
        Assert.Equal(
            [("A.cs:1", "One two."), ("A.cs:3", "three"), ("A.cs:4", "four")],
            Comments
                .Of("A.cs", "/// <summary>One\n/// two.</summary>\nclass A; // three\n/* four */")
                .Select(comment => (comment.Place, comment.Text))
        );

    private static void AssertNone(IEnumerable<string> complaints)
    {
        string[] all = [.. complaints];
        Assert.True(all.Length == 0, $"{all.Length} complaints:\n{string.Join('\n', all)}");
    }
}
