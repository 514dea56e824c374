using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using CredHelper.Errors;

namespace CredHelper.Platform;

/// <summary>
/// Keeps the statically linked libraries from loading parts of the host's libraries: a static glibc or OpenSSL that
/// loads a module built for another one crashes with SIGFPE. Name lookups use files and DNS only, whatever
/// nsswitch.conf lists (myhostname, resolve, systemd …), and OpenSSL reads no openssl.cnf, which may name a provider to
/// load. Must be called once at the beginning of the normal start, before the first lookup and the first use of
/// cryptography, and after the <see cref="Identity.EnvironmentSnapshot"/> for child processes was taken.
/// </summary>
internal static partial class StaticGlibc
{
    public static void Prepare()
    {
        if (!OperatingSystem.IsLinux())
            return;
        LeaveOutPlatformRoots();
        if (IsStaticExecutable)
        {
            UseOwnNameServices();
            IgnoreOpenSslConfiguration();
        }
    }

    /// <summary>
    /// Whether glibc and OpenSSL are part of the executable; set by the project when it is published.
    /// </summary>
    [FeatureSwitchDefinition("CredHelper.StaticExecutable")]
    private static bool IsStaticExecutable =>
        AppContext.TryGetSwitch("CredHelper.StaticExecutable", out bool isStatic) && isStatic;

    /// <summary>
    /// Limits glibc to one memory arena. It reserves 64 MiB of address space for each thread, which leaves none for the
    /// runtime under a small <c>ulimit -v</c>. One arena is enough here. Must be called before a second thread exists.
    /// The runtime's finalizer is such a thread, so the early start (Core/CachedGet) calls this; in a build without it,
    /// the call comes too late for that thread.
    /// </summary>
    public static void UseOneArena()
    {
        const int ArenaMax = -8;
        if (IsStaticExecutable && OperatingSystem.IsLinux())
            _ = MallocOption(ArenaMax, 1);
    }

    internal static void UseOwnNameServices()
    {
        Configure("hosts", "files dns");
        foreach (
            string database in (ReadOnlySpan<string>)
                ["passwd", "group", "initgroups", "services", "protocols", "networks"]
        )
        {
            Configure(database, "files");
        }
    }

    internal static void IgnoreOpenSslConfiguration() =>
        _ = NativeSetEnvironment("OPENSSL_CONF", "/dev/null", overwrite: 1);

    /// <summary>
    /// Disables .NET's parsing of the system's root certificates. .NET parses all of them (290 files, 35 ms) before it
    /// builds a chain, even if only given roots are trusted. This program's own chain building (Network/Tls) finds its
    /// roots itself. The runtime reads these variables once, from the native environment.
    /// </summary>
    private static void LeaveOutPlatformRoots()
    {
        _ = NativeSetEnvironment("SSL_CERT_FILE", "/dev/null", overwrite: 1);
        _ = NativeSetEnvironment("SSL_CERT_DIR", "/dev/null", overwrite: 1);
    }

    private static void Configure(string database, string services)
    {
        if (NssConfigureLookup(database, services) != 0)
            throw new HelperException(FailureKind.Other, $"glibc does not accept \"{services}\" for {database}");
    }

    [LibraryImport("libc", EntryPoint = "__nss_configure_lookup", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NssConfigureLookup(string database, string services);

    [LibraryImport("libc", EntryPoint = "mallopt"), SuppressGCTransition]
    private static partial int MallocOption(int option, int value);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeSetEnvironment(string name, string value, int overwrite);
}
