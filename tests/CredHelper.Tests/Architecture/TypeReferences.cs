using Mono.Cecil;
using Mono.Cecil.Cil;

namespace CredHelper.Tests.Architecture;

/// <summary>
/// Every type that a type of ours names: bases, members, attributes, and the instructions of method bodies, with what
/// the compiler makes of lambdas and async methods. A constant that the compiler copies into its user leaves no trace.
/// </summary>
internal static class TypeReferences
{
    public const string Core = "src/CredHelper.Core",
        Program = "src/CredHelper";

    private const string CoreAssembly = "CredHelper.Core",
        ProgramAssembly = "docker-credential-ecr-login";

    /// <summary>References from one of our types to another, or to a type of a library; outermost types only.</summary>
    public static IReadOnlyList<(TypeReference From, TypeReference To)> Read(params string[] assemblies)
    {
        var references = new List<(TypeReference, TypeReference)>();
        foreach (string assembly in assemblies)
        {
            ModuleDefinition module = ModuleDefinition.ReadModule(assembly);
            foreach (TypeDefinition type in module.GetTypes())
            {
                references.AddRange(
                    Mentions(type).SelectMany(Parts).Distinct().Select(to => (Outermost(type), Outermost(to)))
                );
            }
        }
        return references;
    }

    /// <summary>
    /// The folder of a type of ours below src/CredHelper or src/CredHelper.Core; null for other types.
    /// </summary>
    public static string? FolderOf(TypeReference type)
    {
        string assembly = AssemblyOf(type);
        if (
            assembly is not (CoreAssembly or ProgramAssembly)
            || !type.Namespace.StartsWith("CredHelper", StringComparison.Ordinal)
        )
        {
            return null;
        }

        if (type.Namespace == "CredHelper")
            return assembly == CoreAssembly ? Core : Program;
        return type.Namespace["CredHelper.".Length..].Replace('.', '/');
    }

    private static string AssemblyOf(TypeReference type) =>
        type.Scope switch
        {
            AssemblyNameReference assembly => assembly.Name,
            ModuleDefinition module => module.Assembly.Name.Name,
            _ => "",
        };

    private static TypeReference Outermost(TypeReference type)
    {
        while (type.DeclaringType is { } outer)
            type = outer;
        return type;
    }

    private static IEnumerable<TypeReference?> Mentions(TypeDefinition type) =>
        [
            type.BaseType,
            .. type.Interfaces.Select(one => one.InterfaceType),
            .. Attributes(type),
            .. type.GenericParameters.SelectMany(one => one.Constraints).Select(one => one.ConstraintType),
            .. type.Fields.SelectMany(field => Attributes(field).Append(field.FieldType)),
            .. type.Properties.SelectMany(property => Attributes(property).Append(property.PropertyType)),
            .. type.Methods.SelectMany(Mentions),
        ];

    private static IEnumerable<TypeReference?> Mentions(MethodDefinition method) =>
        [
            .. Signature(method),
            .. Attributes(method),
            .. method.GenericParameters.SelectMany(one => one.Constraints).Select(one => one.ConstraintType),
            .. method.HasBody ? Body(method.Body) : [],
        ];

    private static IEnumerable<TypeReference?> Body(MethodBody body) =>
        [
            .. body.Variables.Select(variable => variable.VariableType),
            .. body.ExceptionHandlers.Select(handler => handler.CatchType),
            .. body.Instructions.SelectMany(instruction => Operand(instruction.Operand)),
        ];

    private static IEnumerable<TypeReference?> Operand(object? operand) =>
        operand switch
        {
            TypeReference type => [type],
            FieldReference field => [field.DeclaringType, field.FieldType],
            GenericInstanceMethod method =>
            [
                method.DeclaringType,
                .. method.GenericArguments,
                .. Signature(method.ElementMethod),
            ],
            MethodReference method => [method.DeclaringType, .. Signature(method)],
            _ => [],
        };

    private static IEnumerable<TypeReference?> Signature(MethodReference method) =>
        method.Parameters.Select(parameter => parameter.ParameterType).Append(method.ReturnType);

    private static IEnumerable<TypeReference?> Attributes(ICustomAttributeProvider provider) =>
        provider.CustomAttributes.Select(attribute => attribute.AttributeType);

    /// <summary>A constructed type as the types that it is made of.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference? type) =>
        type switch
        {
            null or GenericParameter => [],
            GenericInstanceType generic => [generic.ElementType, .. generic.GenericArguments.SelectMany(Parts)],
            TypeSpecification specification => Parts(specification.ElementType),
            _ => [type],
        };
}
