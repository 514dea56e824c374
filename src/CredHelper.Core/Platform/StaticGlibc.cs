using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using CredHelper.Errors;

namespace CredHelper.Platform;

/// <summary>
/// Keeps the libraries that are linked into the executable away from the host's: a static glibc or OpenSSL that loads a
/// module built against another one dies with SIGFPE. Name lookups use files and DNS only, whatever nsswitch.conf names
/// (myhostname, resolve, systemd …), and OpenSSL reads no openssl.cnf, which may name a provider to load. To be called
/// once at the start of the slow way, before the first lookup and the first use of cryptography, and after the <see
/// cref="Identity.EnvironmentSnapshot"/> was taken that children are started from.
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

    /// <summary>Whether glibc and OpenSSL are part of the program's file; set by the project at publication.</summary>
    [FeatureSwitchDefinition("CredHelper.StaticExecutable")]
    private static bool IsStaticExecutable =>
        AppContext.TryGetSwitch("CredHelper.StaticExecutable", out bool isStatic) && isStatic;

    /// <summary>
    /// glibc reserves 64 MiB of address space for the memory of each thread, which under a small <c>ulimit -v</c>
    /// leaves none for the runtime. One arena for all is plenty here. To be called before there is a second thread: the
    /// runtime's finalizer is one, so the early start (Core/CachedGet) does, and a build without it is late.
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
    /// .NET parses every root of the system before it builds any chain, even one that trusts only given roots: 290
    /// files, 35 ms. The program's own chain building (Network/Tls) finds its own, so there shall be none. The runtime
    /// asks the native environment, once.
    /// </summary>
    private static void LeaveOutPlatformRoots()
    {
        _ = NativeSetEnvironment("SSL_CERT_FILE", "/dev/null", overwrite: 1);
        _ = NativeSetEnvironment("SSL_CERT_DIR", "/dev/null", overwrite: 1);
    }

    private static void Configure(string database, string services)
    {
        if (NssConfigureLookup(database, services) != 0)
            throw new HelperException(FailureKind.Other, $"the C library does not take \"{services}\" for {database}");
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
