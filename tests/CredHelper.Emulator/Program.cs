using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CredHelper.Emulator.Hosting;

namespace CredHelper.Emulator;

/// <summary>The emulator as a program: it prints a line per listener, then runs until SIGTERM or SIGINT.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        try
        {
            CommandLine line = CommandLine.Parse(arguments);
            TaskCompletionSource stop = new();
            using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
            using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
            await using EmulatorServer emulator = await EmulatorServer.StartAsync(line.Options);
            if (line.CaFile is not null)
                await File.WriteAllTextAsync(line.CaFile, emulator.CaPem);
            foreach (string url in new[] { emulator.HttpUrl, emulator.HttpsUrl }.Where(url => url.Length > 0))
                Console.WriteLine("listening " + url);
            await stop.Task;
            return 0;

            void Stop(PosixSignalContext context)
            {
                context.Cancel = true;
                stop.TrySetResult();
            }
        }
        catch (FormatException exception)
        {
            await Console.Error.WriteLineAsync($"CredHelper.Emulator: {exception.Message}\n{CommandLine.Usage}");
            return 2;
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            await Console.Error.WriteLineAsync($"CredHelper.Emulator: {exception.Message}");
            return 1;
        }
    }
}
