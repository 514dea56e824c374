namespace CredHelper.PullResolution;

/// <summary>Which credentials a client pulls images with.</summary>
internal interface IPullResolution
{
    /// <summary>Sources that the client ignores whole.</summary>
    IReadOnlyList<DroppedSource> Dropped { get; }

    ImageResolution For(string image);
}
