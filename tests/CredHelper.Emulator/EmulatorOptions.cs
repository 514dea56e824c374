using System.Net;

namespace CredHelper.Emulator;

/// <summary>
/// The listeners and known credentials of an <see cref="EmulatorServer"/>. Port 0 means any free port, null means no
/// listener.
/// </summary>
public sealed record EmulatorOptions
{
    public int? HttpPort { get; init; } = 0;

    public int? HttpsPort { get; init; }

    public IPAddress ListenAddress { get; init; } = IPAddress.Loopback;

    /// <summary>
    /// PEM files with the server's chain (leaf first) and key; without them, a test CA and a certificate are created.
    /// </summary>
    public string? CertificateFile { get; init; }

    public string? KeyFile { get; init; }

    /// <summary>
    /// Names in the created certificate, besides localhost and 127.0.0.1; wildcards and addresses are allowed.
    /// </summary>
    public IReadOnlyList<string> DnsNames { get; init; } = [];

    /// <summary>The target of accepted registry requests. Without one, only <c>/v2/</c> itself is served.</summary>
    public Uri? RegistryUpstream { get; init; }

    /// <summary>
    /// The credentials of a forward proxy in front of the emulator, <c>USER:PASSWORD</c>; empty for a proxy without
    /// credentials, null for no proxy.
    /// </summary>
    public string? ProxyLogin { get; init; }

    /// <summary>Lifetime of the registry tokens of ECR and ECR Public.</summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromHours(12);

    /// <summary>Accepted access keys besides the two of <see cref="AccessKey.Known"/>.</summary>
    public IReadOnlyList<AccessKey> AccessKeys { get; init; } = [];

    public IReadOnlyList<GitLabRegistry> GitLabRegistries { get; init; } = [];

    /// <summary>The base of the emulated clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}

/// <summary>A virtual host that behaves like a GitLab container registry with one user.</summary>
public sealed record GitLabRegistry(string Host, string User, string Password)
{
    /// <summary>Parses <c>HOST=USER:PASSWORD</c>; the password may contain any characters.</summary>
    public static GitLabRegistry Parse(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        int colon = equals < 0 ? -1 : text.IndexOf(':', equals);
        return equals <= 0 || colon < 0
            ? throw new FormatException("A GitLab registry is written HOST=USER:PASSWORD.")
            : new GitLabRegistry(text[..equals], text[(equals + 1)..colon], text[(colon + 1)..]);
    }
}
