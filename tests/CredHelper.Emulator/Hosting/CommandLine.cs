using System.Globalization;
using System.Net;

namespace CredHelper.Emulator.Hosting;

/// <summary>Parses the program's arguments. An invalid one is a <see cref="FormatException"/>.</summary>
internal sealed record CommandLine(EmulatorOptions Options, string? CaFile)
{
    public const string Usage = """
        usage: CredHelper.Emulator [--http PORT] [--https PORT] [--listen ADDRESS]
                                   [--certificate PEM --key PEM | [--dns NAME]… [--ca-out FILE]]
                                   [--registry-upstream URL] [--gitlab-registry HOST=USER:PASSWORD]…
                                   [--token-lifetime SECONDS]
        PORT 0 is any free one. Without --http and --https: --http 0.
        """;

    public static CommandLine Parse(string[] arguments)
    {
        EmulatorOptions options = new() { HttpPort = null };
        string? caFile = null;
        for (int i = 0; i < arguments.Length; i += 2)
        {
            string name = arguments[i];
            string value =
                i + 1 < arguments.Length
                    ? arguments[i + 1]
                    : throw new FormatException($"{name} wants a value, or is unknown");
            if (name == "--ca-out")
                caFile = value;
            else
                options = With(options, name, value);
        }

        if (options is { HttpPort: null, HttpsPort: null })
            options = options with { HttpPort = 0 };
        if ((options.CertificateFile is null) != (options.KeyFile is null))
            throw new FormatException("--certificate and --key go together");
        return caFile is not null && (options.HttpsPort is null || options.CertificateFile is not null)
            ? throw new FormatException("--ca-out goes with --https and without --certificate")
            : new CommandLine(options, caFile);
    }

    private static EmulatorOptions With(EmulatorOptions options, string name, string value) =>
        name switch
        {
            "--http" => options with { HttpPort = Number(name, value, IPEndPoint.MaxPort) },
            "--https" => options with { HttpsPort = Number(name, value, IPEndPoint.MaxPort) },
            "--listen" => options with { ListenAddress = IPAddress.Parse(value) },
            "--certificate" => options with { CertificateFile = value },
            "--key" => options with { KeyFile = value },
            "--dns" => options with { DnsNames = [.. options.DnsNames, value] },
            "--registry-upstream" => options with { RegistryUpstream = Url(name, value) },
            "--gitlab-registry" => options with
            {
                GitLabRegistries = [.. options.GitLabRegistries, GitLabRegistry.Parse(value)],
            },
            "--token-lifetime" => options with
            {
                TokenLifetime = TimeSpan.FromSeconds(Number(name, value, int.MaxValue)),
            },
            _ => throw new FormatException($"unknown option {name}"),
        };

    private static int Number(string name, string value, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= most
            ? number
            : throw new FormatException($"{name} wants a number up to {most}");

    private static Uri Url(string name, string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https"
            ? url
            : throw new FormatException($"{name} wants an http(s) URL");
}
