using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CredHelper.Cache;
using CredHelper.Configuration;
using CredHelper.Diagnostics;
using CredHelper.Errors;
using CredHelper.Platform;

namespace CredHelper.Aws.Sources;

/// <summary>
/// The content of a file with a user's sign-in. <see cref="Content"/> is secret and keeps unknown members.
/// </summary>
internal abstract record SignIn(JsonObject Content, DateTimeOffset ExpiresAt, bool CanRefresh)
{
    public sealed override string ToString() => $"sign-in that expires at {ExpiresAt:u}";

    protected static string? Text(JsonObject content, string name) =>
        content.TryGetPropertyValue(name, out JsonNode? node)
        && node is JsonValue value
        && value.TryGetValue(out string? text)
        && text.Length > 0
            ? text
            : null;

    protected static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>
/// A file in which the AWS CLI stores a sign-in (`aws sso login`, `aws login`). It is read, renewed shortly before it
/// expires, and written back for the AWS CLI and other tools. Only one process renews it at a time, because a refresh
/// token may be valid only once.
/// </summary>
internal sealed class SignInFile<T>(HelperContext context, string path)
    where T : SignIn
{
    private const int Longest = 1024 * 1024;

    /// <summary>A sign-in that expires this soon may expire during the request.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    /// <summary>The time limit to renew a sign-in that is still valid.</summary>
    private static readonly TimeSpan RenewalDeadline = TimeSpan.FromSeconds(2);

    public string Path => path;

    public bool Exists => File.Exists(path);

    /// <summary>
    /// Returns the sign-in in the file; null if there is none, or it has expired and cannot be renewed.
    /// </summary>
    /// <param name="parse">Parses the file's object; null if it is not a sign-in.</param>
    public T? Find(Func<JsonObject, T?> parse) => Look(parse) is { } known && Serves(known) ? known : null;

    /// <summary>
    /// Returns the current sign-in, renewed if necessary; null if there is none, or it has expired and cannot be
    /// renewed.
    /// </summary>
    /// <param name="parse">Parses the file's object; null if it is not a sign-in.</param>
    /// <param name="renew">Requests the next one from AWS.</param>
    /// <param name="cancellationToken">Cancels waiting and requests.</param>
    /// <exception cref="HelperException">It has expired, and renewing it failed.</exception>
    public async Task<T?> CurrentAsync(
        Func<JsonObject, T?> parse,
        Func<T, CancellationToken, Task<T>> renew,
        CancellationToken cancellationToken
    )
    {
        T? known = Find(parse);
        if (known is null || IsFresh(known) || !CanRenew(known))
            return known;
        using RefreshLock? held = await RefreshLock.TakeAsync(
            System.IO.Path.ChangeExtension(path, ".lock"),
            context.Settings.GetDeadline / 2,
            context.Time,
            Random.Shared,
            cancellationToken
        );
        T current = Look(parse) ?? known;
        if (IsFresh(current) || (held is null && IsValid(current)))
            return current;
        return await RenewAsync(current, parse, renew, cancellationToken);
    }

    private async Task<T> RenewAsync(
        T current,
        Func<JsonObject, T?> parse,
        Func<T, CancellationToken, Task<T>> renew,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            if (IsValid(current))
                end.CancelAfter(RenewalDeadline);
            T renewed = await renew(current, end.Token);
            Write(renewed.Content);
            return renewed;
        }
        catch (Exception exception)
            when (exception is HelperException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            context.Log.Write($"renewing {path} failed: {exception.Message}");
            // The AWS CLI does not take our lock and may have used the refresh token first.
            if (Look(parse) is { } other && other.ExpiresAt > current.ExpiresAt && IsValid(other))
                return other;
            if (IsValid(current))
                return current;
            throw;
        }
    }

    private bool Serves(T signIn) => IsValid(signIn) || CanRenew(signIn);

    private bool CanRenew(T signIn) => signIn.CanRefresh && !IsOfAnotherUser();

    private bool IsFresh(T signIn) => signIn.ExpiresAt > context.Now + Margin;

    private bool IsValid(T signIn) => signIn.ExpiresAt > context.Now;

    /// <summary>
    /// With `sudo` and the caller's HOME: a file renewed by root would no longer be readable by its owner.
    /// </summary>
    private bool IsOfAnotherUser()
    {
        if (!OperatingSystem.IsLinux())
            return false;
        if (FileStatus.Of(path) is not { } status || status.UserId == Posix.EffectiveUserId())
            return false;
        context.Log.Write($"{path} belongs to another user and is not renewed");
        return true;
    }

    private T? Look(Func<JsonObject, T?> parse)
    {
        FileRead result = RegularFile.Read(path, Longest, out byte[] content);
        if (result != FileRead.Ok)
        {
            context.Log.Write($"{path}: {result}");
            return null;
        }
        try
        {
            return JsonNode.Parse(content) is JsonObject json && parse(json) is { } signIn ? signIn : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            // A repeated member throws an ArgumentException, and only when it is accessed.
            context.Log.Write($"{path}: not a sign-in in JSON");
            return null;
        }
    }

    private void Write(JsonObject content)
    {
        byte[] json = JsonOutput.Format(writer => content.WriteTo(writer), isIndented: true);
        try
        {
            // Durable, because the new refresh token is the only copy and the old one is used up.
            PrivateDirectory.Replace(
                System.IO.Path.GetDirectoryName(path)!,
                System.IO.Path.GetFileName(path),
                json,
                durable: true
            );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            context.Log.Write($"{path}: cannot store the renewed sign-in: {exception.Message}");
        }
    }
}
