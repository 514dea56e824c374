namespace CredHelper.Platform;

/// <summary>
/// The environment as the C library passes it, as <c>NAME=value</c> strings. Usable before the runtime starts
/// (Core/CachedGet); managed code uses <see cref="EnvironmentSnapshot"/>. The default value holds no variables.
/// </summary>
internal unsafe struct EnvironmentBlock(byte** variables, Bytes home)
{
    /// <summary>The user's home directory; empty if unknown.</summary>
    public Bytes Home { get; private set; } = home;

    /// <summary>Reads the environment of the process; false if a relevant variable occurs twice.</summary>
    public static bool TryRead(byte** variables, out EnvironmentBlock block)
    {
        block = new EnvironmentBlock(variables, default);
        if (!block.TryFind("HOME"u8, out Bytes home, out _))
            return false;
        block.Home = home;
        return true;
    }

    /// <summary>
    /// Returns the value, or empty if the variable is unset or empty: the AWS tools treat both alike.
    /// </summary>
    public readonly Bytes Get(Bytes name)
    {
        _ = TryFind(name, out Bytes value, out _);
        return value;
    }

    /// <summary>Returns false if the variable occurs twice.</summary>
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
    /// Adds the variables with a prefix (all if it is empty), sorted by name, because the order of an environment is
    /// arbitrary.
    /// </summary>
    /// <param name="scratch">Memory for the list.</param>
    /// <param name="prefix">The prefix of the names.</param>
    /// <param name="names">The names, each followed by <c>=</c> and its value.</param>
    /// <param name="count">The number of names.</param>
    /// <returns>False if a variable occurs twice.</returns>
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

    /// <summary>Heapsort, because it needs no memory and is fast even for thousands of variables.</summary>
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

    /// <summary>Returns the value of a variable listed by <see cref="TryList"/>.</summary>
    public static Bytes ValueOf(Bytes name) => Bytes.OfC(name.Start + name.Length + 1);
}
