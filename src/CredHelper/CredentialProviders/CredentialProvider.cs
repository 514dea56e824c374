namespace CredHelper.CredentialProviders;

/// <summary>A provider of the kubelet's configuration.</summary>
/// <param name="Name">That of its program in the directory of programs.</param>
/// <param name="ApiVersion">That of the requests that it gets.</param>
/// <param name="File">The file that has it.</param>
/// <param name="Line">Its line there.</param>
internal sealed record CredentialProvider(string Name, string ApiVersion, string File, int Line)
{
    public IReadOnlyList<string> MatchImages { get; init; } = [];

    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables that it gets beside those of the kubelet.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>Whether it gets no request without a service account.</summary>
    public bool RequiresServiceAccount { get; init; }

    /// <summary>The first pattern that an image matches; null if it gets no request for it.</summary>
    public string? PatternFor(string image) => MatchImages.FirstOrDefault(one => ImagePattern.Matches(one, image));
}

/// <summary>Something that keeps the kubelet from reading or using its configuration.</summary>
/// <param name="Line">0 for what concerns the whole file.</param>
/// <param name="IsKnown">False if the kubelet may read what this program does not.</param>
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
