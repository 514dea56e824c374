namespace CredHelper.Fleet;

/// <summary>How AWS is lost.</summary>
internal enum Loss
{
    None,

    /// <summary>Connections are never made: each attempt waits for the time-out.</summary>
    NoConnection,

    /// <summary>Status 500, at once.</summary>
    ServerError,
}

/// <summary>What is simulated. The defaults are the fleet of docs/dev/scale.md.</summary>
internal sealed record FleetPlan
{
    public required int Hosts { get; init; }

    /// <summary>Hosts come up at random moments of this time.</summary>
    public TimeSpan StartWithin { get; init; } = TimeSpan.FromMinutes(1);

    public TimeSpan PullEvery { get; init; } = TimeSpan.FromMinutes(5);

    public TimeSpan Length { get; init; } = TimeSpan.FromHours(72);

    /// <summary>False: each token is renewed at half of its life.</summary>
    public bool Jitter { get; init; } = true;

    public Loss Loss { get; init; }

    public TimeSpan LostFrom { get; init; } = TimeSpan.FromHours(36);

    public TimeSpan LostFor { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How many hosts share one cache directory.</summary>
    public int HostsPerCache { get; init; } = 1;

    /// <summary>True: a kubelet keeps each answer as long as the program allows, and asks again only then.</summary>
    public bool Kubelet { get; init; }

    /// <summary>GetAuthorizationToken's default for an account and region.</summary>
    public double BucketSize { get; init; } = 200;

    public double BucketPerSecond { get; init; } = 20;

    /// <summary>AWS_ECR_TIMEOUT.</summary>
    public string? Deadline { get; init; }

    /// <summary>AWS_MAX_ATTEMPTS.</summary>
    public int Attempts { get; init; } = StandardRetry.Attempts;

    public int Seed { get; init; } = 1;

    public TimeSpan LostUntil => LostFrom + LostFor;

    public bool IsLost(TimeSpan now) => Loss != Loss.None && now >= LostFrom && now < LostUntil;
}
