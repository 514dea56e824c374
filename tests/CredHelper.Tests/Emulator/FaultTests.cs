using System.Diagnostics;
using System.Globalization;
using System.Net;
using CredHelper.Emulator;

namespace CredHelper.Tests.Emulator;

/// <summary>Tests every kind of fault from the view of a client.</summary>
public sealed class FaultTests : IAsyncLifetime
{
    private EmulatorServer _emulator = null!;

    private SignedCall Call => SignedCall.Ecr(_emulator.HttpUrl);

    public async ValueTask InitializeAsync() => _emulator = await EmulatorServer.StartAsync();

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Fact]
    public async Task DelayAnswersLate()
    {
        _emulator.Faults.Add(new Fault { Kind = FaultKind.Delay, Milliseconds = 300 });
        long start = Stopwatch.GetTimestamp();

        Assert.Equal(200, (await Call.AnswerAsync()).Status);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 280, 10_000);
    }

    [Fact]
    public async Task StatusAnswersInTheServicesShape()
    {
        _emulator.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 503 });
        Assert.Equal(
            (503, """{"__type":"InternalFailure","message":"The service is not able to answer."}"""),
            await Call.AnswerAsync()
        );
    }

    [Fact]
    public async Task ThrottleHasTheServicesCode()
    {
        _emulator.Faults.Add(new Fault { Kind = FaultKind.Throttle, Times = 2 });
        Assert.Equal((400, """{"__type":"ThrottlingException","message":"Rate exceeded"}"""), await Call.AnswerAsync());
        (int status, string body) = await SignedCall.Sts(_emulator.HttpUrl, "GetCallerIdentity").AnswerAsync();
        Assert.Equal(400, status);
        Assert.Contains("<Code>Throttling</Code>", body, StringComparison.Ordinal);
        Assert.Equal(200, (await Call.AnswerAsync()).Status);
    }

    [Fact]
    public async Task ErrorHasItsCode()
    {
        _emulator.Faults.Add(
            new Fault
            {
                Kind = FaultKind.Error,
                Code = "AccessDeniedException",
                Message = "not authorized to perform: ecr:GetAuthorizationToken",
            }
        );
        using HttpResponseMessage response = await Call.SendAsync();

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("AccessDeniedException", Assert.Single(response.Headers.GetValues("x-amzn-ErrorType")));
    }

    [Fact]
    public async Task CloseCutsTheConnection()
    {
        _emulator.Faults.Add(new Fault { Kind = FaultKind.Close });
        await Assert.ThrowsAsync<HttpRequestException>(Call.AnswerAsync);
        Assert.Null(Assert.Single(_emulator.Calls).Status);
    }

    [Fact]
    public async Task GarbageIsNoJson()
    {
        _emulator.Faults.Add(new Fault { Kind = FaultKind.Garbage });
        (int status, string body) = await Call.AnswerAsync();
        Assert.Equal(200, status);
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => System.Text.Json.JsonDocument.Parse(body));
    }

    [Fact]
    public async Task EmptyHasNoBody()
    {
        _emulator.Faults.Add(new Fault { Kind = FaultKind.Empty });
        Assert.Equal((200, ""), await Call.AnswerAsync());
    }

    [Fact]
    public async Task BodyIsTheGivenOne()
    {
        _emulator.Faults.Add(
            new Fault
            {
                Kind = FaultKind.Body,
                Body = "{}",
                Status = 202,
                ContentType = "text/html",
            }
        );
        using HttpResponseMessage response = await Call.SendAsync();
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task HangAnswersNothingAndStopsWithTheEmulator()
    {
        _emulator.Faults.Add(new Fault { Kind = FaultKind.Hang });
        Task<(int, string)> call = Call.AnswerAsync();
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.False(call.IsCompleted);

        long start = Stopwatch.GetTimestamp();
        await _emulator.DisposeAsync();
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 5);
        await Assert.ThrowsAsync<HttpRequestException>(() => call);
    }

    [Fact]
    public async Task TruncateSendsHalf()
    {
        _emulator.Faults.Add(new Fault { Kind = FaultKind.Truncate });
        using HttpResponseMessage response = await Call.SendAsync();
        Assert.InRange(response.Content.Headers.ContentLength ?? 0, 3000, 4000);
        await Assert.ThrowsAnyAsync<Exception>(() =>
            response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task RedirectNamesItsTarget()
    {
        _emulator.Faults.Add(new Fault { Kind = FaultKind.Redirect, Location = "http://127.0.0.1:1/" });
        using HttpResponseMessage response = await Call.SendAsync();
        Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
        Assert.Equal("http://127.0.0.1:1/", response.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task ClockSkewMovesDateWindowAndExpiry()
    {
        _emulator.Faults.Add(
            new Fault
            {
                Kind = FaultKind.ClockSkew,
                Seconds = 7200,
                Times = 2,
            }
        );
        using HttpResponseMessage refused = await Call.SendAsync();
        Assert.Equal("InvalidSignatureException", Assert.Single(refused.Headers.GetValues("x-amzn-ErrorType")));
        DateTimeOffset date = DateTimeOffset.Parse(
            Assert.Single(refused.Headers.GetValues("Date")),
            CultureInfo.InvariantCulture
        );
        Assert.InRange((date - DateTimeOffset.UtcNow).TotalSeconds, 7190, 7210);

        IssuedToken token = await IssuedToken.AskAsync(Call with { Time = DateTimeOffset.UtcNow.AddHours(2) });
        Assert.InRange(token.ExpiresAt - DateTimeOffset.UtcNow.ToUnixTimeSeconds(), 43200 + 7190, 43200 + 7210);
    }

    [Fact]
    public async Task SecondsShiftTheExpiryOfAProperAnswer()
    {
        _emulator.Faults.Add(new Fault { Kind = FaultKind.Delay, Seconds = -43190 });
        IssuedToken token = await IssuedToken.AskAsync(Call);
        Assert.InRange(token.ExpiresAt - DateTimeOffset.UtcNow.ToUnixTimeSeconds(), 0, 20);
    }

    [Fact]
    public async Task OtherAccountChangesTheProxyEndpoint()
    {
        _emulator.Faults.Add(new Fault { Kind = FaultKind.OtherAccount, Account = "999900001111" });
        Assert.Equal(
            "https://999900001111.dkr.ecr.eu-central-1.amazonaws.com",
            (await IssuedToken.AskAsync(Call)).ProxyEndpoint
        );
    }

    [Fact]
    public async Task HugeIsOneHundredMegabytes()
    {
        _emulator.Faults.Add(new Fault { Kind = FaultKind.Huge });
        using HttpResponseMessage response = await Call.SendAsync();
        Assert.Equal(100_000_000, response.Content.Headers.ContentLength);
        using CountingStream count = new();
        await response.Content.CopyToAsync(count, TestContext.Current.CancellationToken);
        Assert.Equal(100_000_000, count.Length);
    }

    [Fact]
    public async Task GzipBombIsSmallOnTheWire()
    {
        _emulator.Faults.Add(new Fault { Kind = FaultKind.GzipBomb });
        using HttpResponseMessage response = await Call.SendAsync();
        Assert.Equal("gzip", Assert.Single(response.Content.Headers.ContentEncoding));
        byte[] packed = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.InRange(packed.Length, 100_000, 2_000_000);
        using System.IO.Compression.GZipStream gzip = new(
            new MemoryStream(packed),
            System.IO.Compression.CompressionMode.Decompress
        );
        using CountingStream count = new();
        await gzip.CopyToAsync(count, TestContext.Current.CancellationToken);
        Assert.Equal(256 << 20, count.Length);
    }

    [Fact]
    public async Task OtherServicesAndOperationsAreSpared()
    {
        _emulator.Faults.Add(
            new Fault
            {
                Kind = FaultKind.Status,
                Service = "sts",
                Times = -1,
            }
        );
        _emulator.Faults.Add(
            new Fault
            {
                Kind = FaultKind.Status,
                Operation = "DescribeImages",
                Times = -1,
            }
        );
        Assert.Equal(200, (await Call.AnswerAsync()).Status);
        Assert.Equal(500, (await SignedCall.Sts(_emulator.HttpUrl, "GetCallerIdentity").AnswerAsync()).Status);
        Assert.Equal(500, (await SignedCall.Sts(_emulator.HttpUrl, "AssumeRole").AnswerAsync()).Status);
    }
}
