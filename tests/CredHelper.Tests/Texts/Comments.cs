using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CredHelper.Tests.Texts;

/// <summary>The comments of C# sources, documentation included.</summary>
internal static partial class Comments
{
    /// <summary>Each comment on one line, without its marks.</summary>
    public static IEnumerable<(string Place, string Text)> Of(string name, string content) =>
        from trivia in CSharpSyntaxTree.ParseText(content).GetRoot().DescendantTrivia()
        where
            trivia.Kind()
                is SyntaxKind.SingleLineCommentTrivia
                    or SyntaxKind.MultiLineCommentTrivia
                    or SyntaxKind.SingleLineDocumentationCommentTrivia
                    or SyntaxKind.MultiLineDocumentationCommentTrivia
        let line = trivia.GetLocation().GetLineSpan().StartLinePosition.Line + 1
        let text = Blanks().Replace(Marks().Replace(trivia.ToFullString(), " "), " ").Trim()
        where text.Length > 0
        select ($"{name}:{line}", text);

    /// <summary>Slashes and stars of comments, and XML tags.</summary>
    [GeneratedRegex(@"//+|/\*|\*/|</?\w[^>]*>")]
    private static partial Regex Marks();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
