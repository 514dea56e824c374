namespace System.Runtime;

/// <summary>
/// Makes the AOT compiler export a method under a name without adding code to it. A method with UnmanagedCallersOnly
/// would begin with a call to the runtime. The compiler recognizes this attribute by its full name.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RuntimeExportAttribute(string entryPoint) : Attribute
{
    public string EntryPoint { get; } = entryPoint;
}
