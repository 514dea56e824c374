using CredHelper.Cache;
using CredHelper.Registry;
using CsCheck;

namespace CredHelper.Tests;

/// <summary>Sample values for many tests.</summary>
internal static class Sample
{
    public const string Host = "123456789012.dkr.ecr.us-east-1.amazonaws.com";

    public static readonly EcrRegistry Registry = EcrRegistry.OfAccount("123456789012", "us-east-1");

    public static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    public static readonly byte[] Seed = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    /// <summary>
    /// A token requested at <paramref name="issued"/> (Unix seconds), valid for twelve hours and due for renewal after
    /// six.
    /// </summary>
    public static CachedToken Token(long issued, string secret = "secret") =>
        new(
            Host,
            "default",
            "access key of profile 'default'",
            TokenOrigin.Fetched,
            "AWS",
            secret,
            issued,
            issued + 6 * 3600,
            issued + 12 * 3600
        );
}
