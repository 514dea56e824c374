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
    /// Adds the variables whose names begin so, in the order of their names: that of an environment is the caller's
    /// whim.
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
            if (!TryInsert(names, count++, name))
                return false;
        }
        return true;
    }

    /// <summary>False if the name is there already.</summary>
    private static bool TryInsert(Bytes* names, int count, Bytes name)
    {
        int place = count;
        for (; place > 0 && name.IsBefore(names[place - 1]); place--)
            names[place] = names[place - 1];
        names[place] = name;
        return place == 0 || !name.IsSame(names[place - 1]);
    }

    /// <summary>The value of a variable that <see cref="TryList"/> has named.</summary>
    public static Bytes ValueOf(Bytes name) => Bytes.OfC(name.Start + name.Length + 1);
}
