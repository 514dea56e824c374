using CredHelper.Errors;

namespace CredHelper.Editing;

/// <summary>
/// A configuration file as text. Values are found and changed by their path (the names from the outermost in).
/// Everything else stays as it is: order, blanks, comments and unknown keys. Values are in the notation of the file.
/// </summary>
internal interface IEditableText
{
    /// <summary>The value as it is written, or null if the path does not exist.</summary>
    /// <exception cref="HelperException">The path exists twice, so it is unclear which one counts.</exception>
    string? Find(params ReadOnlySpan<string> path);

    /// <summary>Sets the value, and adds missing parents.</summary>
    /// <exception cref="HelperException">A parent holds another kind of value.</exception>
    void Put(string value, params ReadOnlySpan<string> path);

    /// <summary>Removes the value with its name; does nothing if it does not exist.</summary>
    void Remove(params ReadOnlySpan<string> path);

    /// <summary>The paths of the parents that <see cref="Put"/> would have to add, from the outermost in.</summary>
    IReadOnlyList<string[]> MissingAround(params ReadOnlySpan<string> path);

    /// <summary>Removes a parent that was added for a value, if it is empty now.</summary>
    void RemoveIfEmpty(params ReadOnlySpan<string> path);

    /// <summary>Whether two values in the file's notation have the same meaning.</summary>
    bool IsSame(string? first, string? second) => first == second;

    byte[] ToBytes();

    /// <summary><see cref="MissingAround"/> of a file whose parents are found as values are.</summary>
    static IReadOnlyList<string[]> MissingParents(IEditableText text, ReadOnlySpan<string> path)
    {
        var missing = new List<string[]>();
        for (int depth = 1; depth < path.Length; depth++)
        {
            if (missing.Count > 0 || text.Find(path[..depth]) is null)
                missing.Add(path[..depth].ToArray());
        }
        return missing;
    }
}
