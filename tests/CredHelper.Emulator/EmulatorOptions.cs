using System.Net;

namespace CredHelper.Emulator;

/// <summary>
/// How an <see cref="EmulatorServer"/> listens and what it knows. Ports: 0 means any free one, null no listener.
/// </summary>
public sealed record EmulatorOptions
{
    public int? HttpPort { get; init; } = 0;

    public int? HttpsPort { get; init; }

    public IPAddress ListenAddress { get; init; } = IPAddress.Loopback;

    /// <summary>
    /// PEM files of the server's chain (leaf first) and key; without them a test CA and a certificate are made.
    /// </summary>
    public string? CertificateFile { get; init; }

    public string? KeyFile { get; init; }

    /// <summary>
    /// Names of the made certificate, beside localhost and 127.0.0.1; wildcards and addresses are allowed.
    /// </summary>
    public IReadOnlyList<string> DnsNames { get; init; } = [];

    /// <summary>Where accepted registry requests go. Without it only <c>/v2/</c> itself is answered.</summary>
    public Uri? RegistryUpstream { get; init; }

    /// <summary>
    /// The login of a forward proxy in front of the emulator, <c>USER:PASSWORD</c>; empty for one without, null for no
    /// proxy.
    /// </summary>
    public string? ProxyLogin { get; init; }

    /// <summary>Life of registry tokens of ECR and ECR Public.</summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromHours(12);

    /// <summary>Access keys known beside the two of <see cref="AccessKey.Known"/>.</summary>
    public IReadOnlyList<AccessKey> AccessKeys { get; init; } = [];

    public IReadOnlyList<GitLabRegistry> GitLabRegistries { get; init; } = [];

    /// <summary>What the emulated clock counts from.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}

/// <summary>A virtual host that behaves like a GitLab container registry and knows one login.</summary>
public sealed record GitLabRegistry(string Host, string User, string Password)
{
    /// <summary>Reads <c>HOST=USER:PASSWORD</c>; the password may hold anything.</summary>
    public static GitLabRegistry Parse(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        int colon = equals < 0 ? -1 : text.IndexOf(':', equals);
        return equals <= 0 || colon < 0
            ? throw new FormatException("A GitLab registry is written HOST=USER:PASSWORD.")
            : new GitLabRegistry(text[..equals], text[(equals + 1)..colon], text[(colon + 1)..]);
    }
}
