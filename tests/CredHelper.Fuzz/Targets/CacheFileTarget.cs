using System.Text;
using CredHelper.Cache;

namespace CredHelper.Fuzz.Targets;

/// <summary>
/// A file in the cache: as it stands, where the digest turns nearly everything away, and as the fields of a record
/// whose digest is right, so that what reads the fields is reached, too.
/// </summary>
internal sealed class CacheFileTarget : IFuzzTarget
{
    private static readonly byte[] Seed = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];

    public string Name => "cache-file";

    public void Read(ReadOnlySpan<byte> input)
    {
        Check(CachedToken.Parse(Seed, input));
        Check(FailureRecord.Parse(Seed, input));
        List<KeyValuePair<string, string>> fields =
        [
            .. Encoding.UTF8.GetString(input).Split('\n').Select(Field).Where(field => field.Key.Length > 0),
        ];
        byte[] token = RecordFile.Format(CachedToken.Kind, Seed, fields),
            failure = RecordFile.Format(FailureRecord.Kind, Seed, fields);
        Promise.Holds(
            RecordFile.Parse(CachedToken.Kind, Seed, token) is { } read && read.SequenceEqual(fields),
            "a record is read as it was written"
        );
        Promise.Holds(
            RecordFile.Parse(FailureRecord.Kind, Seed, token) is null,
            "a record of one kind is none of another"
        );
        Promise.Holds(
            RecordFile.Parse(CachedToken.Kind, Seed, token.AsSpan(0, token.Length - 1)) is null || token.Length == 0,
            "a record that was cut is none"
        );
        Check(CachedToken.Parse(Seed, token));
        Check(FailureRecord.Parse(Seed, failure));
    }

    private static KeyValuePair<string, string> Field(string line)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? new("", "") : new(line[..space], line[(space + 1)..]);
    }

    private static void Check(CachedToken? token)
    {
        if (token is null)
            return;
        Promise.Holds(
            token.Registry.Length > 0 && token.Secret.Length > 0,
            "an entry names its registry and holds a token"
        );
        Promise.Holds(
            CachedToken.Parse(Seed, token.Format(Seed)) is { } again
                && again with { Dependencies = [] } == token with { Dependencies = [] }
                && again.Dependencies.SequenceEqual(token.Dependencies),
            "an entry is read as it was written"
        );
        _ = token.IsFresh(long.MaxValue) | token.IsFresh(long.MinValue) | token.IsValid(0);
    }

    private static void Check(FailureRecord? failure)
    {
        if (failure is null)
            return;
        Promise.Same(failure, FailureRecord.Parse(Seed, failure.Format(Seed)), "a failure is read as it was written");
        _ = failure.IsWithin(FailureRecord.OutagePause, DateTimeOffset.UnixEpoch);
    }
}
