using CredHelper.Cache;
using CredHelper.Errors;

namespace CredHelper.Tests.Cache;

/// <summary>The record of a failed get.</summary>
public sealed class FailureRecordTests
{
    [Theory]
    [InlineData(99, false)]
    [InlineData(100, true)]
    [InlineData(101, true)]
    public void IsOverOnceATokenOfItsRegistryIsIssued(long issued, bool isOver)
    {
        var failure = new FailureRecord(Sample.Host, 100_000, FailureKind.Timeout, "no answer", null);

        Assert.Equal(isOver, failure.IsOver(Sample.Token(issued)));
        Assert.False((failure with { Registry = "public.ecr.aws" }).IsOver(Sample.Token(issued)));
    }
}
