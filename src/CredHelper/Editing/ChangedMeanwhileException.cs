namespace CredHelper.Editing;

/// <summary>
/// Another program wrote a file between our reading and our writing it. The edit is worked out again from the new
/// content.
/// </summary>
internal sealed class ChangedMeanwhileException(string path)
    : Exception($"{path} was changed by another program meanwhile");
