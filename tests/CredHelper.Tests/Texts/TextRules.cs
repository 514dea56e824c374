using System.Text.RegularExpressions;

namespace CredHelper.Tests.Texts;

/// <summary>The mechanical rules for texts of the program and for comments.</summary>
internal static partial class TextRules
{
    /// <summary>What a hint may begin with: an instruction.</summary>
    private static readonly HashSet<string> Verbs = new(StringComparer.Ordinal)
    {
        "add",
        "allow",
        "assign",
        "attach",
        "begin",
        "change",
        "check",
        "convert",
        "copy",
        "correct",
        "create",
        "define",
        "edit",
        "fix",
        "free",
        "grant",
        "install",
        "keep",
        "log",
        "make",
        "merge",
        "mount",
        "move",
        "name",
        "pass",
        "redirect",
        "register",
        "remount",
        "remove",
        "rename",
        "replace",
        "restart",
        "rewrite",
        "run",
        "set",
        "sign",
        "start",
        "stop",
        "try",
        "unset",
        "use",
        "wait",
        "write",
    };

    /// <summary>Programs whose command lines a hint may be.</summary>
    private static readonly HashSet<string> Programs = new(StringComparer.Ordinal)
    {
        "aws",
        "chmod",
        "chown",
        "docker",
        "dotnet",
        "env",
        "mkdir",
        "mv",
        "rm",
        "rmdir",
        "sudo",
        "ulimit",
    };

    /// <summary>Words with a capital that may begin an error; variables, codes and acronyms are recognised.</summary>
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal) { "Docker", "GitLab" };

    /// <summary>Words that are not used, each with the term of the glossary, or what to write instead.</summary>
    private static readonly (Regex Word, string Instead)[] Unused =
    [
        (IsNo(), "is not a, is not"),
        (Mend(), "fix, repair, correct"),
        (Stand(), "is, applies, remains"),
        (Polite(), "no courtesy"),
        (new Regex("registry map", RegexOptions.IgnoreCase), "registry configuration"),
        (new Regex("kept logins?", RegexOptions.IgnoreCase), "stored credential"),
        (new Regex("ways? (of signing|to sign) in", RegexOptions.IgnoreCase), "authentication method"),
        (new Regex("list of parts", RegexOptions.IgnoreCase), "SBOM"),
    ];

    /// <summary>What is wrong with a text, each as a clause.</summary>
    public static IEnumerable<string> Complaints(SourceText text) =>
        ComplaintsOfWords(text.Text).Concat(ComplaintsOfForm(text));

    private static IEnumerable<string> ComplaintsOfForm(SourceText text)
    {
        // The indentation of a line and the gaps of a table are layout.
        if (text.Text.Split('\n').Any(line => DoubleBlank().IsMatch(line)))
            yield return "has two blanks in a row";
        if (text.Role == TextRole.Other || text.Text.Trim().Length == 0)
            yield break;
        if (text.Text.EndsWith('.') && !text.Text.EndsWith("...", StringComparison.Ordinal))
            yield return "ends with a full stop";
        string first = text.Text.TrimStart().Split(' ', '\n')[0].TrimEnd(',', ';', ':');
        if (ComplaintOfBeginning(text.Role, first) is { } complaint)
            yield return $"begins with '{first}', {complaint}";
    }

    private static string? ComplaintOfBeginning(TextRole role, string word) =>
        role switch
        {
            TextRole.Problem when !BeginsProblem(word) => "which has a capital",
            TextRole.Hint when !BeginsHint(word) => "which is not a known verb or program",
            TextRole.Description when !BeginsDescription(word) => "but a description begins with a capital",
            _ => null,
        };

    /// <summary>What is wrong with the words of a text or comment.</summary>
    public static IEnumerable<string> ComplaintsOfWords(string text) =>
        Unused
            .Where(unused => unused.Word.IsMatch(text))
            .Select(unused => $"has '{unused.Word.Match(text).Value}' ({unused.Instead})");

    private static bool BeginsProblem(string word) =>
        !char.IsUpper(word[0]) || Names.Contains(word) || Acronym().IsMatch(word);

    /// <summary>A hint that begins with a value is a command.</summary>
    private static bool BeginsHint(string word) =>
        word.StartsWith(SourceText.Hole, StringComparison.Ordinal) || Verbs.Contains(word) || Programs.Contains(word);

    /// <summary>A name of a file keeps its small letter.</summary>
    private static bool BeginsDescription(string word) => char.IsUpper(word[0]) || word.Contains('.');

    [GeneratedRegex(@"(?<!\bthere )\b(is|are|was|were) no\b(?! longer)", RegexOptions.IgnoreCase)]
    private static partial Regex IsNo();

    [GeneratedRegex(@"\bmend(s|ed|ing)?\b", RegexOptions.IgnoreCase)]
    private static partial Regex Mend();

    [GeneratedRegex(@"\b(stands?|stood)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Stand();

    [GeneratedRegex(@"\bplease\b", RegexOptions.IgnoreCase)]
    private static partial Regex Polite();

    [GeneratedRegex(@"[A-Za-z,;:.]  +[A-Za-z]")]
    private static partial Regex DoubleBlank();

    /// <summary>AWS, IMDS, HOME, DOCKER_AUTH_CONFIG, ECR101, with what follows a sign.</summary>
    [GeneratedRegex("^[A-Z][A-Z0-9_]+\\b")]
    private static partial Regex Acronym();
}
