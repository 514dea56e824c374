namespace CredHelper.Release;

/// <summary>The archive of a target, for those who describe it to a package manager.</summary>
/// <param name="Folder">The archive's only directory.</param>
/// <param name="Hash">SHA-256, in lower-case hexadecimal digits.</param>
internal sealed record Download(Target Target, string FileName, string Folder, string Hash);
