using System.Globalization;
using CredHelper.CredentialStore;
using CredHelper.Protocol;

namespace CredHelper.Windows.Tests;

/// <summary>Commands that store, read and erase credentials at the same time.</summary>
public sealed class ConcurrencyTests : IDisposable
{
    private const int Registries = 20,
        Calls = 500;

    private readonly Place _place = new();

    public void Dispose() => _place.Dispose();

    /// <summary>
    /// Each registry gets stores, reads and erasures in turn. Reads always find a whole credential, the last store of a
    /// registry is found, and what was erased last stays away.
    /// </summary>
    [Fact]
    public async Task LoseNoLogin()
    {
        await Task.WhenAll(
            Enumerable
                .Range(0, Registries)
                .Select(number => Task.Run(() => Use(number), TestContext.Current.CancellationToken))
        );
        StoredCredentials store = StoredCredentials.OpenOrCreate(_place.Environment());
        for (int number = 0; number < Registries; number++)
            Assert.Equal(number % 2 == 0, store.Find(ServerOf(number)) is not null);
    }

    /// <summary>Many processes store a credential of one registry, and others read it.</summary>
    [Fact]
    public async Task ReplaceOneLoginWithoutAGap()
    {
        Store("shared.example", 0);
        await Task.WhenAll(
            Enumerable
                .Range(1, Calls)
                .Select(call =>
                    Task.Run(
                        () =>
                        {
                            if (call % 4 == 0)
                                Store("shared.example", call);
                            Assert.NotNull(Open().Find("shared.example"));
                        },
                        TestContext.Current.CancellationToken
                    )
                )
        );
    }

    private void Use(int number)
    {
        string server = ServerOf(number);
        for (int call = 0; call < Calls / Registries; call++)
        {
            Store(server, call);
            Assert.Equal(SecretOf(call), Open().Find(server)?.Secret);
            if (call % 3 == 0 || number % 2 != 0)
            {
                Open().Remove(server);
                Assert.Null(Open().Find(server));
            }
        }
        if (number % 2 == 0)
            Store(server, Calls);
    }

    private void Store(string server, int call) => Open().Put(new Credential(server, "user", SecretOf(call)));

    private StoredCredentials Open() => StoredCredentials.OpenOrCreate(_place.Environment());

    private static string ServerOf(int number) => $"registry{number.ToString(CultureInfo.InvariantCulture)}.example";

    private static string SecretOf(int call) => $"secret{call.ToString(CultureInfo.InvariantCulture)}";
}
