using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CredHelper.Tests.Texts;

/// <summary>The parameters of all methods and constructors that sources declare, by name of method or type.</summary>
internal sealed class ParameterNames
{
    private readonly Dictionary<string, List<ParameterListSyntax>> _lists = new(StringComparer.Ordinal);

    public static ParameterNames Of(IEnumerable<SyntaxNode> roots)
    {
        var names = new ParameterNames();
        foreach (SyntaxNode node in roots.SelectMany(root => root.DescendantNodes()))
        {
            switch (node)
            {
                case MethodDeclarationSyntax method:
                    names.Add(method.Identifier, method.ParameterList);
                    break;
                case LocalFunctionStatementSyntax function:
                    names.Add(function.Identifier, function.ParameterList);
                    break;
                case ConstructorDeclarationSyntax constructor:
                    names.Add(constructor.Identifier, constructor.ParameterList);
                    break;
                case TypeDeclarationSyntax { ParameterList: { } list } type:
                    names.Add(type.Identifier, list);
                    break;
            }
        }
        return names;
    }

    /// <summary>The names that an argument of a call may have, over all overloads that take as many.</summary>
    /// <param name="call">
    /// If it names a method without its type, a method of the same file is called if there is one.
    /// </param>
    public IEnumerable<string> At(string method, int index, int count, SyntaxNode call)
    {
        ParameterListSyntax[] fitting =
        [
            .. _lists
                .GetValueOrDefault(method, [])
                .Where(list => list.Parameters.Count >= count)
                .Where(list => list.Parameters.Count(parameter => parameter.Default is null) <= count),
        ];
        ParameterListSyntax[] near = call is InvocationExpressionSyntax { Expression: SimpleNameSyntax }
            ? [.. fitting.Where(list => list.SyntaxTree == call.SyntaxTree)]
            : [];
        return (near.Length > 0 ? near : fitting).Select(list => list.Parameters[index].Identifier.Text);
    }

    /// <summary>The last part of a name: <c>Of</c> for <c>WriteFailure.Of</c>.</summary>
    public static string? NameOf(SyntaxNode node) =>
        node switch
        {
            MemberAccessExpressionSyntax access => access.Name.Identifier.Text,
            QualifiedNameSyntax qualified => qualified.Right.Identifier.Text,
            SimpleNameSyntax simple => simple.Identifier.Text,
            NullableTypeSyntax nullable => NameOf(nullable.ElementType),
            _ => null,
        };

    /// <summary>The type of <c>new(…)</c>, if it is that of the member around it or an error.</summary>
    public static string? TypeOfImplicit(ImplicitObjectCreationExpressionSyntax node)
    {
        if (node.ArgumentList.Arguments is [var first, ..] && NameOf(first.Expression) is not null)
        {
            if (first.ToString().StartsWith("FailureKind.", StringComparison.Ordinal))
                return "HelperException";
        }
        return node.Parent?.Parent switch
        {
            MethodDeclarationSyntax method => NameOf(method.ReturnType),
            PropertyDeclarationSyntax property => NameOf(property.Type),
            _ => null,
        };
    }

    private void Add(SyntaxToken name, ParameterListSyntax list)
    {
        if (!_lists.TryGetValue(name.Text, out List<ParameterListSyntax>? lists))
            _lists[name.Text] = lists = [];
        lists.Add(list);
    }
}
