using System.Text;
using System.Text.RegularExpressions;

namespace CredHelper.Release;

/// <summary>
/// The components linked into a program besides packages. Their versions are read from the program's file, wherever it
/// was built.
/// </summary>
internal static partial class Linked
{
    /// <param name="compiler">The version of the compiler, whose package contains the notices of the runtime.</param>
    /// <param name="folder">The folder of NuGet packages.</param>
    public static IReadOnlyList<Component> Read(Built program, string compiler, string folder)
    {
        var target = program.Target;
        var packages = LinkedPackages.Read(Path.GetDirectoryName(program.Path)!);
        // One character per byte, so that offsets of the file are kept.
        var text = Encoding.Latin1.GetString(program.Content);
        var runtime =
            Found(Runtime(), text)?.Replace("\0", "", StringComparison.Ordinal)
            ?? throw new ReleaseException(
                $"{target.Name}: the program's file names no .NET runtime, yet it has to be linked in"
            );
        var package = Path.Combine(folder, $"runtime.{target.Rid}.microsoft.dotnet.ilcompiler", compiler);
        List<Component> linked =
        [
            new(
                ".NET runtime",
                runtime,
                $"pkg:github/dotnet/runtime@v{runtime}",
                "MIT",
                "Copyright (c) .NET Foundation and Contributors",
                Dependencies.Notices(package)
                    ?? Dependencies.Notices(
                        Path.Combine(folder, "runtime.linux-x64.microsoft.dotnet.ilcompiler", compiler)
                    )
                    ?? throw new ReleaseException(
                        $"{target.Name}: no third-party notices of the .NET runtime in {package}"
                    )
            ),
        ];
        // The file contains the version of zlib that zlib-ng replaces, but not its own, which is that in the runtime's
        // sources.
        if (text.Contains(".zlib-ng\0", StringComparison.Ordinal))
        {
            linked.Add(
                new(
                    "zlib-ng",
                    null,
                    "pkg:github/zlib-ng/zlib-ng",
                    "Zlib",
                    "Copyright (C) 1995-2024 Jean-loup Gailly and Mark Adler"
                )
            );
        }
        if (target.Static)
        {
            var openSsl =
                Found(OpenSsl(), text)
                ?? throw new ReleaseException(
                    $"{target.Name}: the program's file names no OpenSSL, yet it has to be linked in"
                );
            linked.Add(
                new(
                    "openssl",
                    openSsl,
                    $"pkg:generic/openssl@{openSsl}",
                    "Apache-2.0",
                    "Copyright (c) 1998 The OpenSSL Project Authors",
                    Package: packages.GetValueOrDefault("libssl-dev")
                )
            );
            var glibc =
                Found(Glibc(), text)
                ?? throw new ReleaseException(
                    $"{target.Name}: the program's file names no glibc, yet it has to be linked in"
                );
            linked.Add(
                new(
                    "glibc",
                    glibc,
                    $"pkg:generic/glibc@{glibc}",
                    "LGPL-2.1-or-later",
                    "Copyright (C) Free Software Foundation, Inc.",
                    Package: packages.GetValueOrDefault("libc6-dev")
                )
            );
        }
        return linked;
    }

    private static string? Found(Regex pattern, string text) =>
        pattern.Match(text) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex(@"OpenSSL (3\.\d+\.\d+) ")]
    private static partial Regex OpenSsl();

    // The result of gnu_get_libc_version, in static programs.
    [GeneratedRegex(@"\0(2\.\d\d)\0")]
    private static partial Regex Glibc();

    // In UTF-16: .NET 10.0.12
    [GeneratedRegex(@"\.\0N\0E\0T\0 \0((?:\d\0)+\.\0(?:\d\0)+\.\0(?:\d\0)+)\0\0")]
    private static partial Regex Runtime();
}
