namespace CredHelper.Editing;

/// <summary>What of a value is shown; null for nothing.</summary>
/// <param name="path">The names that lead to the value.</param>
/// <param name="text">The value without its notation (quotes, escapes).</param>
internal delegate MaskedText? ShownPart(IReadOnlyList<string> path, string text);
