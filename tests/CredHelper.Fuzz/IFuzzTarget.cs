using CredHelper.Errors;

namespace CredHelper.Fuzz;

/// <summary>
/// Something of ours that reads what others wrote. <see cref="Read"/> returns for every input, or throws the one
/// <see cref="HelperException"/> that a person would see; any other exception, and a broken promise, is a finding.
/// </summary>
internal interface IFuzzTarget
{
    /// <summary>Also the name of its archive in Corpus and of its folder in Crashers.</summary>
    string Name { get; }

    void Read(ReadOnlySpan<byte> input);
}
