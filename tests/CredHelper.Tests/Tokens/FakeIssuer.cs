using System.Diagnostics.CodeAnalysis;
using CredHelper.Aws.Ecr;
using CredHelper.Cache;
using CredHelper.Errors;
using CredHelper.Registry;

namespace CredHelper.Tests.Tokens;

/// <summary>A substitute for AWS that counts the calls and returns the results of <see cref="Answer"/>.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Nothing is owned.")]
internal sealed class FakeIssuer : ITokenIssuer
{
    private int _calls;

    public FakeIssuer() => Answer = (registry, _) => Task.FromResult(Token(registry));

    public int Calls => Volatile.Read(ref _calls);

    public TimeSpan Life { get; set; } = TimeSpan.FromHours(12);

    public Func<EcrRegistry, CancellationToken, Task<IssuedToken>> Answer { get; set; }

    /// <summary>The inputs that determine the identity, as far as they are known before a call.</summary>
    public IReadOnlyList<Dependency> Inputs { get; set; } = [];

    public IReadOnlyList<Dependency> InputsIn(string region) => Inputs;

    /// <summary>Makes every further call fail.</summary>
    public void Fail(FailureKind kind, string message = "it failed", string? hint = "a hint") =>
        Answer = (_, _) =>
            Task.FromException<IssuedToken>(new HelperException(kind, message, hint) { IdentitySource = "the test" });

    /// <summary>Makes every further call wait until it is cancelled.</summary>
    public void Hang() =>
        Answer = async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException();
        };

    /// <summary>
    /// Makes every further call wait forever, even if it is cancelled, like a name lookup that hangs.
    /// </summary>
    public void HangDeaf() => Answer = (_, _) => new TaskCompletionSource<IssuedToken>().Task;

    public IssuedToken Token(EcrRegistry registry) => new(registry, "AWS", $"token {Calls}", Life, "the test");

    public Task<IssuedToken> IssueAsync(EcrRegistry registry, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        return Answer(registry, cancellationToken);
    }

    public Task<IssuedToken> IssueOwnAsync(string region, CancellationToken cancellationToken) =>
        IssueAsync(EcrRegistry.OfAccount("123456789012", region), cancellationToken);
}
