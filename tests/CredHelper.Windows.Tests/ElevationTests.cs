using System.Runtime.InteropServices;
using System.Security.Principal;
using CredHelper.Platform;
using CredHelper.Processes;
using Microsoft.Win32.SafeHandles;

namespace CredHelper.Windows.Tests;

/// <summary>Processes with and without the rights of an administrator.</summary>
public sealed unsafe partial class ElevationTests
{
    [Fact]
    public void DecidesWhoMayWorkForTheServicesAccount()
    {
        var service = new Account("LocalSystem", 0, 0, "");
        Assert.True(AsUser.Allows(service));
        using SafeAccessTokenHandle token = WithoutAdministrators();
        WindowsIdentity.RunImpersonated(
            token,
            () =>
            {
                Assert.False(WindowsAccess.IsElevated);
                Assert.False(AsUser.Allows(service));
                using var identity = WindowsIdentity.GetCurrent();
                Assert.True(AsUser.Allows(service with { Name = identity.Name }));
            }
        );
    }

    /// <summary>The token of a prompt that was not opened with "Run as administrator".</summary>
    private static SafeAccessTokenHandle WithoutAdministrators()
    {
        byte[] administrators = new byte[SecurityIdentifier.MaxBinaryLength];
        new SecurityIdentifier(WellKnownSidType.BuiltinAdministratorsSid, null).GetBinaryForm(administrators, 0);
        using var identity = WindowsIdentity.GetCurrent(TokenAccessLevels.AllAccess);
        fixed (byte* sid = administrators)
        {
            var disabled = new SidAndAttributes { Sid = sid };
            Assert.True(
                CreateRestrictedToken(identity.AccessToken, 0, 1, &disabled, 0, null, 0, null, out nint token) != 0,
                Marshal.GetLastPInvokeErrorMessage()
            );
            return new SafeAccessTokenHandle(token);
        }
    }

    [LibraryImport("advapi32", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int CreateRestrictedToken(
        SafeAccessTokenHandle token,
        uint flags,
        uint disabledCount,
        SidAndAttributes* disabled,
        uint deletedCount,
        void* deleted,
        uint restrictedCount,
        void* restricted,
        out nint restrictedToken
    );

    private struct SidAndAttributes
    {
        public byte* Sid;
        public uint Attributes;
    }
}
