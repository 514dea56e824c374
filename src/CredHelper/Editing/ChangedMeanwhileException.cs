namespace CredHelper.Editing;

/// <summary>
/// Another program wrote a file after it was read and before it was replaced. The edit is then repeated on the new
/// content.
/// </summary>
internal sealed class ChangedMeanwhileException(string path)
    : Exception($"{path} was changed by another program in the meantime");
