using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CredHelper.Tests.Texts;

/// <summary>
/// Finds the texts of C# sources: string literals, interpolated strings, and their concatenations as one text. The role
/// of a text is that of the parameter or property that it is passed to; conditional texts have the role of the whole
/// expression.
/// </summary>
internal sealed class TextScanner : CSharpSyntaxWalker
{
    private const string HintMark = "; hint: ";

    private static readonly Dictionary<string, TextRole> RoleOfName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["problem"] = TextRole.Problem,
        ["message"] = TextRole.Problem,
        ["reason"] = TextRole.Problem,
        ["what"] = TextRole.Problem,
        ["why"] = TextRole.Problem,
        ["warning"] = TextRole.Problem,
        ["hint"] = TextRole.Hint,
        ["advice"] = TextRole.Hint,
        ["description"] = TextRole.Description,
    };

    private readonly string _file;
    private readonly ParameterNames _parameters;
    private readonly Dictionary<SyntaxNode, TextRole> _roles = [];
    private readonly List<SourceText> _found = [];

    private TextScanner(string file, ParameterNames parameters) => (_file, _parameters) = (file, parameters);

    /// <summary>The texts of files, each given by its name and content.</summary>
    public static List<SourceText> Scan(IEnumerable<(string Name, string Content)> files)
    {
        (string Name, SyntaxNode Root)[] trees =
        [
            .. files.Select(file => (file.Name, CSharpSyntaxTree.ParseText(file.Content).GetRoot())),
        ];
        var parameters = ParameterNames.Of(trees.Select(tree => tree.Root));
        var found = new List<SourceText>();
        foreach ((string name, SyntaxNode root) in trees)
        {
            var scanner = new TextScanner(name, parameters);
            scanner.Visit(root);
            found.AddRange(scanner._found);
        }
        return found;
    }

    public override void VisitAttribute(AttributeSyntax node)
    {
        // Names and patterns for the compiler.
    }

    public override void VisitInvocationExpression(InvocationExpressionSyntax node)
    {
        string? name = ParameterNames.NameOf(node.Expression);
        if (name == "Advise")
            Mark(node.ArgumentList.Arguments[0].Expression, TextRole.Hint);
        else if (name is not null)
            MarkArguments(name, node.ArgumentList, node);
        base.VisitInvocationExpression(node);
    }

    public override void VisitObjectCreationExpression(ObjectCreationExpressionSyntax node)
    {
        if (ParameterNames.NameOf(node.Type) is { } name && node.ArgumentList is { } arguments)
            MarkArguments(name, arguments, node);
        base.VisitObjectCreationExpression(node);
    }

    public override void VisitImplicitObjectCreationExpression(ImplicitObjectCreationExpressionSyntax node)
    {
        if (ParameterNames.TypeOfImplicit(node) is { } name)
            MarkArguments(name, node.ArgumentList, node);
        base.VisitImplicitObjectCreationExpression(node);
    }

    public override void VisitAssignmentExpression(AssignmentExpressionSyntax node)
    {
        if (ParameterNames.NameOf(node.Left) is { } name && RoleOfName.TryGetValue(name, out TextRole role))
            Mark(node.Right, role);
        base.VisitAssignmentExpression(node);
    }

    public override void VisitBinaryExpression(BinaryExpressionSyntax node)
    {
        if (!IsText(node))
        {
            base.VisitBinaryExpression(node);
            return;
        }
        Add(node, TextOf(node));
        VisitHoles(node);
    }

    public override void VisitInterpolatedStringExpression(InterpolatedStringExpressionSyntax node)
    {
        Add(node, TextOf(node));
        VisitHoles(node);
    }

    public override void VisitLiteralExpression(LiteralExpressionSyntax node)
    {
        if (IsText(node))
            Add(node, TextOf(node));
    }

    private void MarkArguments(string method, ArgumentListSyntax list, SyntaxNode call)
    {
        for (int i = 0; i < list.Arguments.Count; i++)
        {
            ArgumentSyntax argument = list.Arguments[i];
            IEnumerable<string> names = argument.NameColon is { } colon
                ? [colon.Name.Identifier.Text]
                : _parameters.At(method, i, list.Arguments.Count, call);
            foreach (string name in names)
            {
                if (RoleOfName.TryGetValue(name, out TextRole role))
                    Mark(argument.Expression, role);
            }
        }
    }

    private void Mark(ExpressionSyntax expression, TextRole role)
    {
        switch (expression)
        {
            case ParenthesizedExpressionSyntax inner:
                Mark(inner.Expression, role);
                break;
            case ConditionalExpressionSyntax choice:
                Mark(choice.WhenTrue, role);
                Mark(choice.WhenFalse, role);
                break;
            case SwitchExpressionSyntax choice:
                foreach (SwitchExpressionArmSyntax arm in choice.Arms)
                    Mark(arm.Expression, role);
                break;
            case BinaryExpressionSyntax binary when binary.IsKind(SyntaxKind.CoalesceExpression):
                Mark(binary.Left, role);
                Mark(binary.Right, role);
                break;
            default:
                _roles[expression] = role;
                break;
        }
    }

    private void Add(SyntaxNode node, string text)
    {
        int line = node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
        string place = $"{_file}:{line}";
        TextRole role = _roles.GetValueOrDefault(node);
        int hint = text.IndexOf(HintMark, StringComparison.Ordinal);
        if (hint < 0)
        {
            _found.Add(new SourceText(place, role, text));
            return;
        }
        if (hint > 0)
            _found.Add(new SourceText(place, role, text[..hint]));
        // A mark at the end is the constant that splits messages.
        if (text.Length > hint + HintMark.Length)
            _found.Add(new SourceText(place, TextRole.Hint, text[(hint + HintMark.Length)..]));
    }

    private static bool IsText(ExpressionSyntax node) =>
        node.Kind() switch
        {
            SyntaxKind.StringLiteralExpression or SyntaxKind.Utf8StringLiteralExpression => true,
            SyntaxKind.InterpolatedStringExpression => true,
            SyntaxKind.AddExpression when node is BinaryExpressionSyntax sum => IsText(sum.Left) || IsText(sum.Right),
            _ => false,
        };

    private static string TextOf(ExpressionSyntax node) =>
        node switch
        {
            LiteralExpressionSyntax literal when IsText(literal) => literal.Token.ValueText,
            BinaryExpressionSyntax sum when IsText(sum) => TextOf(sum.Left) + TextOf(sum.Right),
            InterpolatedStringExpressionSyntax interpolated => string.Concat(
                interpolated.Contents.Select(part =>
                    part is InterpolatedStringTextSyntax text ? text.TextToken.ValueText : SourceText.Hole
                )
            ),
            _ => SourceText.Hole,
        };

    /// <summary>Visits what a text is composed of beside its own characters.</summary>
    private void VisitHoles(ExpressionSyntax node)
    {
        switch (node)
        {
            case BinaryExpressionSyntax sum when IsText(sum):
                VisitHoles(sum.Left);
                VisitHoles(sum.Right);
                break;
            case InterpolatedStringExpressionSyntax interpolated:
                foreach (InterpolationSyntax hole in interpolated.Contents.OfType<InterpolationSyntax>())
                    Visit(hole.Expression);
                break;
            case LiteralExpressionSyntax:
                break;
            default:
                Visit(node);
                break;
        }
    }
}
