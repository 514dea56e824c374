using CsCheck;

namespace CredHelper.Tests;

/// <summary>Picks one of the given values with equal probability.</summary>
internal static class OneOf
{
    public static Gen<T> Const<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
