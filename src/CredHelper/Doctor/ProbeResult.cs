using CredHelper.Errors;

namespace CredHelper.Doctor;

/// <summary>The result of trying credentials on a registry.</summary>
internal sealed record ProbeResult(IReadOnlyList<Finding> Findings)
{
    /// <summary>Whether the registry refuses the credentials.</summary>
    public bool IsRefused { get; init; }

    /// <summary>Why the registry could not be reached; null if it answered.</summary>
    public HelperException? Failure { get; init; }
}
