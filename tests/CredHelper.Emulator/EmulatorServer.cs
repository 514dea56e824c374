using CredHelper.Emulator.Aws;
using CredHelper.Emulator.Control;
using CredHelper.Emulator.Credentials;
using CredHelper.Emulator.Hosting;
using CredHelper.Emulator.Proxy;
using CredHelper.Emulator.Registry;
using CredHelper.Emulator.Signing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CredHelper.Emulator;

/// <summary>
/// A local server that emulates ECR, ECR Public, STS, the services that issue credentials, and the registries. It
/// checks signatures and tokens like the real services, records every call, and produces faults on demand.
/// </summary>
public sealed class EmulatorServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping;
    private readonly CallLog _calls;
    private readonly TokenLedger _tokens;
    private readonly IReadOnlyList<IDisposable> _owned;
    private readonly ForwardProxy? _proxy;
    private bool _isDisposed;

    private EmulatorServer(
        WebApplication app,
        EmulatedClock clock,
        CallLog calls,
        FaultList faults,
        TokenLedger tokens,
        CancellationTokenSource stopping,
        IReadOnlyList<IDisposable> owned,
        string? proxyLogin
    )
    {
        (_app, Clock, _calls, Faults, _tokens, _stopping, _owned) = (
            app,
            clock,
            calls,
            faults,
            tokens,
            stopping,
            owned
        );
        HttpUrl = app.Urls.FirstOrDefault(url => url.StartsWith("http://", StringComparison.Ordinal)) ?? "";
        HttpsUrl = app.Urls.FirstOrDefault(url => url.StartsWith("https://", StringComparison.Ordinal)) ?? "";
        CaPem = owned.OfType<ServerCertificate>().FirstOrDefault()?.CaPem ?? "";
        if (proxyLogin is not null)
            _proxy = new ForwardProxy(proxyLogin, (UrlOrNull(HttpUrl), UrlOrNull(HttpsUrl)), clock, calls, faults);
    }

    /// <summary>"http://127.0.0.1:PORT"; empty without that listener.</summary>
    public string HttpUrl { get; }

    /// <summary>"https://127.0.0.1:PORT"; empty without that listener.</summary>
    public string HttpsUrl { get; }

    /// <summary>"http://127.0.0.1:PORT" of the forward proxy; empty without one.</summary>
    public string ProxyUrl => _proxy?.Url ?? "";

    /// <summary>The certificate of the CA that the emulator created; empty if it created none.</summary>
    public string CaPem { get; }

    public EmulatedClock Clock { get; }

    public FaultList Faults { get; }

    /// <summary>The calls so far, oldest first.</summary>
    public IReadOnlyList<RecordedCall> Calls => _calls.Snapshot;

    public static async Task<EmulatorServer> StartAsync(
        EmulatorOptions? options = null,
        CancellationToken cancellation = default
    )
    {
        options ??= new EmulatorOptions();
        EmulatedClock clock = new(options.TimeProvider);
        (CallLog calls, FaultList faults, CancellationTokenSource stopping) = (new(), new(), new());
        List<IDisposable> owned = [];
        TokenLedger tokens = new(clock);
        Pipeline pipeline = new(Services(options, clock, tokens, owned), clock, calls, faults, stopping.Token);
        ControlEndpoint control = new(calls, faults, tokens);

        WebApplication app = Build(options, owned);
        app.Run(context =>
            context.Request.Path.StartsWithSegments(ControlEndpoint.Prefix, StringComparison.Ordinal)
                ? control.HandleAsync(context)
                : pipeline.HandleAsync(context)
        );
        await app.StartAsync(cancellation);
        return new EmulatorServer(app, clock, calls, faults, tokens, stopping, owned, options.ProxyLogin);
    }

    /// <summary>The number of calls to a service, for one operation or all.</summary>
    public int CallCount(string service, string? operation = null) => _calls.Count(service, operation);

    /// <summary>
    /// The identity that a registry password was issued to, as ARN and web identity; null if it was never issued.
    /// </summary>
    public string? PrincipalOf(string password) => _tokens.Find(password)?.Principal;

    /// <summary>Clears calls and faults; tokens, sessions and the clock stay.</summary>
    public void Reset()
    {
        Faults.Clear();
        _calls.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        await _stopping.CancelAsync();
        if (_proxy is not null)
            await _proxy.DisposeAsync();
        await _app.DisposeAsync();
        foreach (IDisposable thing in _owned)
            thing.Dispose();
        _stopping.Dispose();
    }

    private static Uri? UrlOrNull(string url) => url.Length > 0 ? new Uri(url) : null;

    /// <summary>
    /// All services, in the order in which they are tried for a request. To add a service, add a line.
    /// </summary>
    private static IReadOnlyList<Service> Services(
        EmulatorOptions options,
        EmulatedClock clock,
        TokenLedger tokens,
        List<IDisposable> owned
    )
    {
        KeyRing keys = new([.. AccessKey.Known, AccessKey.KnownSession, .. options.AccessKeys]);
        CredentialSource sessions = new(keys, clock);
        RefreshTokens refreshTokens = new();
        SignatureVerifier signatures = new(keys, clock);
        ReverseProxy? upstream = options.RegistryUpstream is { } url ? new ReverseProxy(url) : null;
        if (upstream is not null)
            owned.Add(upstream);
        return
        [
            .. options.GitLabRegistries.Select(registry => new GitLabRegistryService(registry, clock, upstream)),
            new EcrRegistryService(tokens, upstream),
            new EcrService(signatures, tokens, options.TokenLifetime),
            new EcrPublicService(signatures, tokens, options.TokenLifetime),
            new StsService(signatures, keys, clock),
            new SsoPortalService(sessions),
            new SsoOidcService(refreshTokens),
            new SigninService(sessions, refreshTokens),
            new InstanceMetadataService(sessions),
            new ContainerCredentialsService(sessions),
        ];
    }

    private static WebApplication Build(EmulatorOptions options, List<IDisposable> owned)
    {
        // The empty builder, so that environment variables and settings files do not change what the emulator does.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
        builder
            .WebHost.UseKestrelCore()
            .UseKestrelHttpsConfiguration()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = null;
                kestrel.Limits.MinRequestBodyDataRate = null;
                kestrel.Limits.MinResponseDataRate = null;
                if (options.HttpPort is { } http)
                    kestrel.Listen(options.ListenAddress, http, listener => listener.Protocols = HttpProtocols.Http1);
                if (options.HttpsPort is { } https)
                    kestrel.Listen(options.ListenAddress, https, listener => ListenTls(listener, options, owned));
            });
        return builder.Build();
    }

    private static void ListenTls(ListenOptions listener, EmulatorOptions options, List<IDisposable> owned)
    {
        ServerCertificate certificate = options is { CertificateFile: { } file, KeyFile: { } key }
            ? ServerCertificate.Load(file, key)
            : ServerCertificate.Make(options.DnsNames);
        owned.Add(certificate);
        listener.Protocols = HttpProtocols.Http1;
        listener.UseHttps(https =>
        {
            https.ServerCertificate = certificate.Certificate;
            https.ServerCertificateChain = certificate.Chain;
        });
    }
}
