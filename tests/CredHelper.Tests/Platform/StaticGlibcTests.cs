using CredHelper.Platform;

namespace CredHelper.Tests.Platform;

/// <summary>
/// The calls of the static executable at its start, tested with the shared C library. Scenarios test the executable
/// itself.
/// </summary>
public sealed class StaticGlibcTests
{
    [Fact]
    public async Task OfFilesAndDnsAloneStillKnowThisMachine()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("glibc only");
        StaticGlibc.UseOwnNameServices();
        Assert.NotEmpty(await System.Net.Dns.GetHostAddressesAsync("localhost", TestContext.Current.CancellationToken));
        Assert.NotEmpty(Environment.UserName);
    }
}
