namespace CredHelper.Release;

/// <summary>The archive of a target, as package managers describe it.</summary>
/// <param name="Folder">The only directory in the archive.</param>
/// <param name="Hash">SHA-256, in lower-case hexadecimal digits.</param>
internal sealed record Download(Target Target, string FileName, string Folder, string Hash);
