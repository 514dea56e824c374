using System.Text;

namespace CredHelper.Emulator;

/// <summary>A response to the client: status, headers, and a body with or without a known length.</summary>
internal sealed class Answer(int status, Stream body, long? length, IDisposable? owner = null) : IDisposable
{
    public int Status => status;

    /// <summary>The body, read once from the start.</summary>
    public Stream Body => body;

    /// <summary>The Content-Length, also for a HEAD request, which has no body; null if unknown.</summary>
    public long? Length => length;

    public List<KeyValuePair<string, string>> Headers { get; } = [];

    public static Answer OfBytes(int status, string? contentType, byte[] body)
    {
        Answer answer = new(status, new MemoryStream(body, writable: false), body.Length);
        return contentType is null ? answer : answer.With("Content-Type", contentType);
    }

    public static Answer OfText(int status, string contentType, string body) =>
        OfBytes(status, contentType, Encoding.UTF8.GetBytes(body));

    public Answer With(string header, string value)
    {
        Headers.Add(new(header, value));
        return this;
    }

    public void Dispose()
    {
        body.Dispose();
        owner?.Dispose();
    }
}
