using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using CredHelper.Diagnostics;
using CredHelper.Platform;

namespace CredHelper.CachedGet;

/// <summary>
/// The function that the C library calls before main and the .NET runtime (EarlyGet.S), because starting the runtime
/// takes three quarters of the time of a cached <c>get</c>. It prints a certain hit and ends the process. Otherwise it
/// returns without side effects, and the normal start answers. README.md in this folder states what code here may do.
/// </summary>
[SupportedOSPlatform("linux")]
internal static unsafe class EarlyStart
{
    private const int Input = 0,
        Output = 1,
        Error = 2;

    private const int MemorySize = 512 * 1024;

    private static Memory _memory;

    [RuntimeExport("credhelper_early_start")]
    private static void Run(int argumentCount, byte** arguments, byte** variables)
    {
        if (argumentCount == 2)
            Try(arguments, variables);
        StaticGlibc.UseOneArena();
    }

    private static void Try(byte** arguments, byte** variables)
    {
        var argument = Bytes.OfC(arguments[1]);
        var scratch = new Scratch((byte*)Unsafe.AsPointer(ref Unsafe.As<Memory, byte>(ref _memory)), MemorySize);
        if (argument.IsSame("get"u8))
            Get(ref scratch, variables);
        else if (argument.IsSame("version"u8))
            Answer(ProgramVersion.AddLine(ref scratch));
    }

    private static void Get(ref Scratch scratch, byte** variables)
    {
        if (!EnvironmentBlock.TryRead(variables, out EnvironmentBlock environment) || IsLogging(environment))
            return;
        if (!Hit.TryFindDirectory(ref scratch, environment, out Bytes directory))
            return;
        LibC.ForbidCoreDumps();
        Bytes input = ReadInput(ref scratch, out bool hasEnded);
        if (
            hasEnded
            && TryServerUrl(input, out Bytes serverUrl)
            && Hit.TryAnswer(ref scratch, environment, directory, serverUrl, Now(), out Bytes answer, out bool namesLog)
            && !namesLog
        )
        {
            Answer(answer);
        }
        EarlyInput.Keep(input, hasEnded);
    }

    private static bool IsLogging(in EnvironmentBlock environment) =>
        !environment.Get("AWS_ECR_LOG"u8).IsEmpty || !environment.Get("AWS_ECR_LOG_FILE"u8).IsEmpty;

    /// <summary>Reads the request if it arrives immediately and is short.</summary>
    private static Bytes ReadInput(ref Scratch scratch, out bool hasEnded)
    {
        int begin = scratch.Length;
        hasEnded = false;
        while (!hasEnded && scratch.Length - begin < EarlyInput.Capacity && scratch.Reserve(EarlyInput.Capacity))
        {
            int wanted = EarlyInput.Capacity - (scratch.Length - begin);
            nint count = LibC.Read(Input, scratch.End, (nuint)wanted);
            if (count < 0 && *LibC.ErrorNumber() != LibC.Interrupted)
                break;
            hasEnded = count == 0;
            if (count > 0)
                scratch.Advance((int)count);
        }
        return scratch.Since(begin);
    }

    /// <summary>Accepts one line of printable ASCII. The normal start reads anything else.</summary>
    private static bool TryServerUrl(Bytes input, out Bytes serverUrl)
    {
        int end = input.Length;
        while (end > 0 && input.Start[end - 1] is (byte)'\n' or (byte)'\r' or (byte)' ')
            end--;
        serverUrl = input.To(end);
        return end > 0 && serverUrl.IsPrintable && input.Start[0] != ' ';
    }

    /// <summary>Unix milliseconds. If the clock fails, a time at which no token is valid.</summary>
    private static long Now()
    {
        const int RealTime = 0;
        long* time = stackalloc long[2];
        return LibC.ClockGetTime(RealTime, time) == 0 ? time[0] * 1000 + time[1] / 1_000_000 : long.MaxValue;
    }

    /// <summary>Ends the process after the whole answer is written; returns if nothing was written.</summary>
    private static void Answer(Bytes answer)
    {
        const int BrokenPipe = 13;
        const nint Ignore = 1;
        // If the reader has closed the pipe, write(2) returns an error instead of raising a signal, as in the runtime.
        nint handler = LibC.Signal(BrokenPipe, Ignore);
        Bytes rest = answer;
        while (!rest.IsEmpty)
        {
            nint count = LibC.Write(Output, rest.Start, (nuint)rest.Length);
            if (count > 0)
                rest = rest.From((int)count);
            else if (!IsWorthAnotherTry(*LibC.ErrorNumber()))
                break;
        }
        if (rest.IsEmpty)
            LibC.Exit(0);
        if (rest.Length < answer.Length)
        {
            // A partial answer cannot be taken back.
            Bytes failure = ": cannot write the whole answer\n"u8;
            Bytes program = HelperName.ProgramBytes;
            _ = LibC.Write(Error, program.Start, (nuint)program.Length);
            _ = LibC.Write(Error, failure.Start, (nuint)failure.Length);
            LibC.Exit(1);
        }
        _ = LibC.Signal(BrokenPipe, handler);
    }

    /// <summary>Waits for a pipe that a client left in non-blocking mode, as a blocking write would.</summary>
    private static bool IsWorthAnotherTry(int error)
    {
        if (error == LibC.Interrupted)
            return true;
        var request = new LibC.PollRequest { Descriptor = Output, Wanted = LibC.PollRequest.Writable };
        return error == LibC.TryAgain && LibC.Poll(&request, 1, -1) >= 0;
    }

    [StructLayout(LayoutKind.Sequential, Size = MemorySize)]
    private struct Memory;
}
