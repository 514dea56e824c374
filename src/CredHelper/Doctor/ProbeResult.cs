using CredHelper.Errors;

namespace CredHelper.Doctor;

/// <summary>What came of trying a registry with some credentials.</summary>
internal sealed record ProbeResult(IReadOnlyList<Finding> Findings)
{
    /// <summary>Whether the registry refuses the credentials.</summary>
    public bool IsRefused { get; init; }

    /// <summary>Why the registry could not be asked; null if it answered.</summary>
    public HelperException? Failure { get; init; }
}
