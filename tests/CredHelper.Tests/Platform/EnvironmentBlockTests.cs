using System.Runtime.InteropServices;
using CredHelper.Platform;

namespace CredHelper.Tests.Platform;

/// <summary>The environment as the C library passes it, with variables that a snapshot cannot contain.</summary>
public sealed unsafe class EnvironmentBlockTests
{
    [Fact]
    public void FindsAVariableByItsWholeName() =>
        With(
            ["AWS_PROFILE_X=no", "AWS_PROFILE=yes", "XAWS_PROFILE=no", "AWS_PROFILE_Y"],
            block => Assert.Equal("yes", block.Get("AWS_PROFILE"u8).ToString())
        );

    [Fact]
    public void TellsAnUnsetVariableFromAnEmptyOne() =>
        With(
            ["EMPTY="],
            block =>
            {
                Assert.True(block.TryFind("EMPTY"u8, out Bytes value, out bool isSet));
                Assert.True(isSet && value.IsEmpty);
                Assert.True(block.TryFind("UNSET"u8, out _, out isSet));
                Assert.False(isSet);
            }
        );

    [Fact]
    public void DoesNotSayWhichOfTwoCounts() =>
        With(
            ["AWS_A=1", "AWS_A=2"],
            block =>
            {
                Assert.False(block.TryFind("AWS_A"u8, out _, out _));
                Assert.Null(List(block));
            }
        );

    [Fact]
    public void HasAHomeUnlessThereAreTwo()
    {
        With(["HOME=/home/me"], block => Assert.Equal("/home/me", block.Home.ToString()));
        With(["HOME=/home/me", "HOME=/root"], _ => Assert.Fail("two homes"), isRead: false);
    }

    [Fact]
    public void ListsNamesInTheirOrderAndNothingElse() =>
        With(
            ["AWS_B=1", "PATH=x", "AWS_AB=", "AWS_", "AWS_A=a=b"],
            block => Assert.Equal(["AWS_A: a=b", "AWS_AB: ", "AWS_B: 1"], List(block) ?? [])
        );

    [Fact]
    public void OfNothingHoldsNoVariable() => Assert.True(default(EnvironmentBlock).Get("HOME"u8).IsEmpty);

    private static string[]? List(EnvironmentBlock block) =>
        NativeScratch.Use(
            (ref Scratch scratch) =>
            {
                if (!block.TryList(ref scratch, "AWS_"u8, out Bytes* names, out int count))
                    return null;
                string[] found = new string[count];
                for (int i = 0; i < count; i++)
                    found[i] = $"{names[i]}: {EnvironmentBlock.ValueOf(names[i])}";
                return found;
            }
        );

    private static void With(string[] variables, Action<EnvironmentBlock> test, bool isRead = true)
    {
        byte** block = (byte**)NativeMemory.AllocZeroed((nuint)(variables.Length + 1), (nuint)sizeof(byte*));
        for (int i = 0; i < variables.Length; i++)
            block[i] = (byte*)Marshal.StringToCoTaskMemUTF8(variables[i]);
        try
        {
            Assert.Equal(isRead, EnvironmentBlock.TryRead(block, out EnvironmentBlock read));
            if (isRead)
                test(read);
        }
        finally
        {
            for (int i = 0; i < variables.Length; i++)
                Marshal.FreeCoTaskMem((nint)block[i]);
            NativeMemory.Free(block);
        }
    }
}
