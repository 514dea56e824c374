using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Network.Tls;

/// <summary>
/// Finds the trusted root certificates: AWS_CA_BUNDLE, the profile's ca_bundle, otherwise on Linux the places that Go
/// (and so AWS's own helper) uses: SSL_CERT_FILE or the first well-known file, and SSL_CERT_DIR or the well-known
/// directories. Nothing is read before the first handshake. A configured bundle that cannot be used is a failure of
/// kind Configuration; well-known places may be missing.
/// </summary>
internal sealed class CaBundle
{
    /// <summary>Bytes. Current bundles have 0.2 MB.</summary>
    private const int MaximumLength = 16 * 1024 * 1024;

    private readonly string? _origin;
    private readonly IReadOnlyList<string> _files;
    private readonly string? _directoriesOrigin;
    private readonly IReadOnlyList<string> _directories;
    private readonly bool _replacesAll;

    private CaBundle(
        string? origin,
        IReadOnlyList<string> files,
        string? directoriesOrigin,
        IReadOnlyList<string> directories,
        bool replacesAll
    )
    {
        _origin = origin;
        _files = files;
        _directoriesOrigin = directoriesOrigin;
        _directories = directories;
        _replacesAll = replacesAll;
    }

    /// <summary>
    /// Debian and Gentoo, Fedora and Amazon Linux, SUSE, OpenELEC, RHEL, Alpine (crypto/x509/root_linux.go).
    /// </summary>
    public static IReadOnlyList<string> WellKnownFiles { get; } =
    [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem",
        "/etc/pki/tls/cacert.pem",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ];

    public static IReadOnlyList<string> WellKnownDirectories { get; } = ["/etc/ssl/certs", "/etc/pki/tls/certs"];

    /// <summary>The bundle for messages: <c>AWS_CA_BUNDLE=/a.pem</c>, or the places that were searched.</summary>
    public string Name
    {
        get
        {
            if (_origin is not null)
                return $"{_origin}={_files[0]}";
            if (_directoriesOrigin is not null)
                return $"{_directoriesOrigin}={string.Join(':', _directories)}";
            string[] found = [.. _files.Where(File.Exists).Take(1), .. _directories.Where(Directory.Exists)];
            return found.Length > 0 ? string.Join(", ", found) : "no CA bundle";
        }
    }

    /// <returns>Null if nothing is configured and the platform has its own store (Windows, macOS).</returns>
    public static CaBundle? Find(EnvironmentSnapshot environment, string? profileBundle)
    {
        if (environment["AWS_CA_BUNDLE"] is { } named)
            return Named("AWS_CA_BUNDLE", environment.ExpandHome(named) ?? named);
        if (!string.IsNullOrWhiteSpace(profileBundle))
            return Named("ca_bundle", profileBundle.Trim());
        return OperatingSystem.IsLinux() ? OfSystem(environment, WellKnownFiles, WellKnownDirectories) : null;
    }

    public static CaBundle OfSystem(
        EnvironmentSnapshot environment,
        IReadOnlyList<string> files,
        IReadOnlyList<string> directories
    )
    {
        string? file = environment["SSL_CERT_FILE"];
        string? named = environment["SSL_CERT_DIR"];
        return new CaBundle(
            file is null ? null : "SSL_CERT_FILE",
            file is null ? files : [file],
            named is null ? null : "SSL_CERT_DIR",
            named is null ? directories : named.Split(':', StringSplitOptions.RemoveEmptyEntries),
            replacesAll: false
        );
    }

    /// <summary>
    /// Returns the roots of the file with one of these subjects (DER). Empty if only directories contain them.
    /// </summary>
    public X509Certificate2Collection RootsNamed(List<byte[]> subjects)
    {
        var roots = new X509Certificate2Collection();
        ForEach(block =>
        {
            if (SubjectName.MayBeOneOf(block, subjects) && TryParse(PemBlocks.Decode(block)) is { } root)
                roots.Add(root);
        });
        return roots;
    }

    /// <summary>
    /// Returns all roots of the file and the directories. Fails with kind Configuration or Tls if there are none.
    /// </summary>
    public X509Certificate2Collection AllRoots()
    {
        var roots = new X509Certificate2Collection();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Action<ReadOnlySpan<byte>> add = block => Add(block, roots, seen);
        ForEach(add);
        if (roots.Count == 0 && _origin is not null && (!_replacesAll || !Directory.Exists(_files[0])))
            throw Unusable("contains no readable certificate");

        foreach (string directory in _replacesAll ? _files : _directories)
        {
            foreach (string file in FilesIn(directory))
                _ = ForEach(file, add, out _);
        }

        if (roots.Count > 0)
            return roots;
        throw _origin is not null ? Unusable("contains no readable certificate") : NothingFound();
    }

    private static CaBundle Named(string origin, string path) => new(origin, [path], null, [], replacesAll: true);

    /// <summary>
    /// Passes on the certificates of the file; none if none is configured and no well-known file exists.
    /// </summary>
    private void ForEach(Action<ReadOnlySpan<byte>> use)
    {
        foreach (string file in _files)
        {
            // The AWS CLI accepts a directory as a bundle, too.
            if (_replacesAll && Directory.Exists(file))
                return;
            FileRead read = ForEach(Path.GetFullPath(file), use, out int count);
            if (_origin is not null && (read != FileRead.Ok || count == 0))
                throw Unusable(Describe(read));
            if (read == FileRead.Ok)
                return;
        }
    }

    /// <summary>Passes on the base64 text of each certificate of a file.</summary>
    private static FileRead ForEach(string file, Action<ReadOnlySpan<byte>> use, out int count)
    {
        int found = 0;
        FileRead read = RegularFile.ReadPieces(
            file,
            MaximumLength,
            (piece, isLast) =>
            {
                var blocks = new PemBlocks(piece, isLast);
                for (; blocks.MoveNext(); found++)
                    use(blocks.Current);
                return blocks.Used;
            }
        );
        count = found;
        return read;
    }

    private static void Add(ReadOnlySpan<byte> block, X509Certificate2Collection roots, HashSet<string> seen)
    {
        if (PemBlocks.Decode(block) is { } der && seen.Add(Convert.ToBase64String(der)) && TryParse(der) is { } root)
            roots.Add(root);
    }

    private static X509Certificate2? TryParse(byte[]? der)
    {
        try
        {
            return der is null ? null : X509CertificateLoader.LoadCertificate(der);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static string[] FilesIn(string directory)
    {
        try
        {
            string[] files = Directory.GetFiles(Path.GetFullPath(directory));
            Array.Sort(files, StringComparer.Ordinal);
            return files;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string Describe(FileRead read) =>
        read switch
        {
            FileRead.Ok => "contains no certificate",
            FileRead.Missing => "does not exist",
            FileRead.NotRegular => "is not a regular file",
            FileRead.TooLarge => $"is larger than {MaximumLength / 1024 / 1024} MiB",
            _ => "cannot be read",
        };

    private HelperException Unusable(string reason) =>
        new(
            FailureKind.Configuration,
            $"the CA bundle {ForeignText.Clean(_files[0])} ({_origin}) {reason}",
            $"set {_origin} to a PEM file with root certificates, or remove it"
        );

    private HelperException NothingFound() =>
        _directoriesOrigin is not null
            ? new(
                FailureKind.Configuration,
                $"no CA certificates in {ForeignText.Clean(string.Join(':', _directories))} ("
                    + $"{_directoriesOrigin}) or in the usual files",
                "install ca-certificates, or set AWS_CA_BUNDLE to a PEM file"
            )
            : new(
                FailureKind.Tls,
                "no CA certificates on this machine",
                "install the package ca-certificates, or set AWS_CA_BUNDLE to a PEM file with root certificates"
            );
}
