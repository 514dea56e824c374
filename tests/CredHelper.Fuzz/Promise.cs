namespace CredHelper.Fuzz;

/// <summary>What must hold whatever the input was.</summary>
internal static class Promise
{
    public static void Holds(bool condition, string promise)
    {
        if (!condition)
            throw new BrokenPromiseException(promise);
    }

    public static void Same<T>(T expected, T actual, string promise)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            throw new BrokenPromiseException($"{promise}: {expected} became {actual}");
    }
}

internal sealed class BrokenPromiseException(string promise) : Exception(promise);
