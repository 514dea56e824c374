namespace CredHelper.CredentialProviders;

/// <summary>A provider in the kubelet's configuration.</summary>
/// <param name="Name">The name of its program in the directory of programs.</param>
/// <param name="ApiVersion">The version of the requests that it receives.</param>
/// <param name="File">The file that contains it.</param>
/// <param name="Line">Its line in that file.</param>
internal sealed record CredentialProvider(string Name, string ApiVersion, string File, int Line)
{
    public IReadOnlyList<string> MatchImages { get; init; } = [];

    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables that it receives in addition to the kubelet's.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>Whether it receives no request without a service account.</summary>
    public bool RequiresServiceAccount { get; init; }

    /// <summary>
    /// Returns the first pattern that matches an image; null if the provider receives no request for it.
    /// </summary>
    public string? PatternFor(string image) => MatchImages.FirstOrDefault(one => ImagePattern.Matches(one, image));
}

/// <summary>A mistake that keeps the kubelet from reading or using its configuration.</summary>
/// <param name="Line">0 if it concerns the whole file.</param>
/// <param name="IsKnown">False if the kubelet may accept what this program cannot read.</param>
internal sealed record ConfigProblem(string File, int Line, string Text, bool IsKnown = true)
{
    public override string ToString() => Line > 0 ? $"{File}:{Line}: {Text}" : $"{File}: {Text}";
}

/// <summary>The kubelet's configuration of image credential providers.</summary>
internal sealed record ProviderConfig(
    IReadOnlyList<string> Files,
    IReadOnlyList<CredentialProvider> Providers,
    IReadOnlyList<ConfigProblem> Problems
);
