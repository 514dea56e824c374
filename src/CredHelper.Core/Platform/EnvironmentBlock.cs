namespace CredHelper.Platform;

/// <summary>
/// The environment as the C library passes it, <c>NAME=value</c> each. Usable before the runtime starts
/// (Core/CachedGet); managed code has <see cref="EnvironmentSnapshot"/>. The default block holds no variable.
/// </summary>
internal unsafe struct EnvironmentBlock(byte** variables, Bytes home)
{
    /// <summary>The user's home; empty if it is not known.</summary>
    public Bytes Home { get; private set; } = home;

    /// <summary>The environment of the process; false if a variable that counts is there twice.</summary>
    public static bool TryRead(byte** variables, out EnvironmentBlock block)
    {
        block = new EnvironmentBlock(variables, default);
        if (!block.TryFind("HOME"u8, out Bytes home, out _))
            return false;
        block.Home = home;
        return true;
    }

    /// <summary>Empty if the variable is unset or empty: AWS's tools treat both alike.</summary>
    public readonly Bytes Get(Bytes name)
    {
        _ = TryFind(name, out Bytes value, out _);
        return value;
    }

    /// <summary>False if the variable is there twice.</summary>
    public readonly bool TryFind(Bytes name, out Bytes value, out bool isSet)
    {
        value = default;
        isSet = false;
        for (byte** at = variables; at != null && *at != null; at++)
        {
            var variable = Bytes.OfC(*at);
            if (variable.Length <= name.Length || variable.Start[name.Length] != '=' || !variable.StartsWith(name))
                continue;
            if (isSet)
                return false;
            isSet = true;
            value = variable.From(name.Length + 1);
        }
        return true;
    }

    /// <summary>
    /// Adds the variables whose names begin so (all for an empty prefix), in the order of their names: that of an
    /// environment is the caller's whim.
    /// </summary>
    /// <param name="scratch">Where the list lies.</param>
    /// <param name="prefix">How the names begin.</param>
    /// <param name="names">The names, each with its value behind a <c>=</c>.</param>
    /// <param name="count">How many there are.</param>
    /// <returns>False if one is there twice.</returns>
    public readonly bool TryList(ref Scratch scratch, Bytes prefix, out Bytes* names, out int count)
    {
        count = 0;
        int all = 0;
        for (byte** at = variables; at != null && *at != null; at++)
            all += Bytes.OfC(*at).StartsWith(prefix) ? 1 : 0;
        names = (Bytes*)scratch.ReservePointers(all * (sizeof(Bytes) / sizeof(byte*)));
        if (scratch.IsFull)
            return false;
        for (byte** at = variables; at != null && *at != null; at++)
        {
            var variable = Bytes.OfC(*at);
            Bytes name = variable.To(variable.Find((byte)'='));
            if (name.Length == variable.Length || !name.StartsWith(prefix))
                continue;
            names[count++] = name;
        }
        Sort(names, count);
        for (int i = 1; i < count; i++)
        {
            if (names[i].IsSame(names[i - 1]))
                return false;
        }
        return true;
    }

    /// <summary>Heapsort: it needs no memory, and many thousand variables keep nobody waiting.</summary>
    private static void Sort(Bytes* names, int count)
    {
        for (int root = count / 2 - 1; root >= 0; root--)
            SiftDown(names, root, count);
        for (int end = count - 1; end > 0; end--)
        {
            (names[0], names[end]) = (names[end], names[0]);
            SiftDown(names, 0, end);
        }
    }

    private static void SiftDown(Bytes* names, int root, int count)
    {
        for (int child = 2 * root + 1; child < count; child = 2 * root + 1)
        {
            if (child + 1 < count && names[child].IsBefore(names[child + 1]))
                child++;
            if (!names[root].IsBefore(names[child]))
                return;
            (names[root], names[child]) = (names[child], names[root]);
            root = child;
        }
    }

    /// <summary>The value of a variable that <see cref="TryList"/> has named.</summary>
    public static Bytes ValueOf(Bytes name) => Bytes.OfC(name.Start + name.Length + 1);
}
