using CsCheck;

namespace CredHelper.Tests;

/// <summary>One of the given values, each as likely.</summary>
internal static class OneOf
{
    public static Gen<T> Const<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
