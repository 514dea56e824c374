namespace System.Runtime;

/// <summary>
/// Tells the AOT compiler to give a method a name in the object file, with nothing around it: what
/// UnmanagedCallersOnly exports begins with a call of the runtime. The compiler knows this attribute by its full name.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RuntimeExportAttribute(string entryPoint) : Attribute
{
    public string EntryPoint { get; } = entryPoint;
}
