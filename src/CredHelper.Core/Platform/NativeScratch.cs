using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace CredHelper.Platform;

/// <summary>
/// Runs code that uses a <see cref="Scratch"/> on behalf of managed callers: in native memory that grows until it is
/// large enough, with strings as UTF-8.
/// </summary>
internal static unsafe class NativeScratch
{
    private const int FirstCapacity = 32 * 1024;

    /// <summary>
    /// Work whose result counts unless it fills the scratch, in which case it is repeated with more memory.
    /// </summary>
    public delegate TResult Work<out TResult>(ref Scratch scratch);

    /// <exception cref="OutOfMemoryException">The required memory exceeds the largest size.</exception>
    public static TResult Use<TResult>(Work<TResult> work)
    {
        if (OperatingSystem.IsLinux())
            BindErrorNumber();
        for (int capacity = FirstCapacity; ; capacity = capacity > int.MaxValue / 8 ? int.MaxValue : capacity * 8)
        {
            byte* memory = (byte*)NativeMemory.Alloc((nuint)capacity);
            try
            {
                var scratch = new Scratch(memory, capacity);
                TResult result = work(ref scratch);
                if (!scratch.IsFull)
                    return result;
                if (capacity == int.MaxValue)
                    throw new InsufficientMemoryException();
            }
            finally
            {
                NativeMemory.Free(memory);
            }
        }
    }

    /// <summary>A first call right after another one could change the errno of that.</summary>
    [SupportedOSPlatform("linux")]
    private static void BindErrorNumber() => _ = LibC.ErrorNumber();

    extension(ref Scratch scratch)
    {
        /// <summary>Adds text as UTF-8.</summary>
        public Bytes AddText(ReadOnlySpan<char> text)
        {
            int begin = scratch.Length;
            int count = Encoding.UTF8.GetByteCount(text);
            if (scratch.Reserve(count))
                scratch.Advance(Encoding.UTF8.GetBytes(text, new Span<byte>(scratch.End, count)));
            return scratch.Since(begin);
        }

        /// <summary>Adds a zero-terminated path.</summary>
        public Bytes AddPath(string path)
        {
            int begin = scratch.Length;
            _ = scratch.AddText(path);
            return scratch.EndPath(begin);
        }

        public Bytes AddCopy(ReadOnlySpan<byte> bytes)
        {
            int begin = scratch.Length;
            if (scratch.Reserve(bytes.Length))
            {
                bytes.CopyTo(new Span<byte>(scratch.End, bytes.Length));
                scratch.Advance(bytes.Length);
            }
            return scratch.Since(begin);
        }

        /// <summary>Adds the variables of an environment and returns a block that refers to them.</summary>
        public EnvironmentBlock AddEnvironment(EnvironmentSnapshot environment)
        {
            IReadOnlyDictionary<string, string> variables = environment.Variables;
            byte** block = scratch.ReservePointers(variables.Count + 1);
            int count = 0;
            foreach ((string name, string value) in variables)
            {
                // Names are case-insensitive on Windows: AWS_PROFILE finds aws_profile.
                string canonical = OperatingSystem.IsWindows() ? name.ToUpperInvariant() : name;
                Bytes variable = scratch.AddPath($"{canonical}={value}");
                if (!scratch.IsFull)
                    block[count++] = variable.Start;
            }
            if (scratch.IsFull)
                return default;
            block[count] = null;
            Bytes home = environment.Home is { } path ? scratch.AddText(path) : default;
            return new EnvironmentBlock(block, home);
        }
    }
}
