using CredHelper.Errors;

namespace CredHelper.Editing;

/// <summary>
/// A configuration file as text. Its values are found and changed by their path (the names from the outermost in); all
/// else, order, blanks, comments and unknown keys, stays as it stands. Values are in the file's own notation.
/// </summary>
internal interface IEditableText
{
    /// <summary>The value as it is written; null where nothing has that path.</summary>
    /// <exception cref="HelperException">The path is there twice, so nobody can say which one counts.</exception>
    string? Find(params ReadOnlySpan<string> path);

    /// <summary>Sets the value, and adds what is missing on the way to it.</summary>
    /// <exception cref="HelperException">Something on the way holds another kind of value.</exception>
    void Put(string value, params ReadOnlySpan<string> path);

    /// <summary>Takes the value away with its name; nothing where it is not there.</summary>
    void Remove(params ReadOnlySpan<string> path);

    /// <summary>
    /// The paths of what <see cref="Put"/> would have to add around the value first, from the outermost in.
    /// </summary>
    IReadOnlyList<string[]> MissingAround(params ReadOnlySpan<string> path);

    /// <summary>Takes away what once had to be added around a value, if nothing stands in it any more.</summary>
    void RemoveIfEmpty(params ReadOnlySpan<string> path);

    /// <summary>Whether two values in the file's notation mean the same.</summary>
    bool IsSame(string? first, string? second) => first == second;

    byte[] ToBytes();
}
