using CredHelper.Platform;

namespace CredHelper.Tests.Platform;

/// <summary>
/// What the static executable does at its start, here on the shared C library; the executable itself is tested by
/// scenarios.
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
