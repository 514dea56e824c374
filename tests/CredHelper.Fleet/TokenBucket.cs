namespace CredHelper.Fleet;

/// <summary>
/// How AWS limits a call for one account and region: a bucket that is full at first, and filled again evenly. A call
/// that finds it empty is throttled and takes nothing out of it.
/// </summary>
internal sealed class TokenBucket(double size, double perSecond)
{
    private double _taken;
    private TimeSpan _at;

    /// <param name="now">Since the beginning; never less than before.</param>
    public bool TryTake(TimeSpan now)
    {
        _taken = Math.Max(0, _taken - (now - _at).TotalSeconds * perSecond);
        _at = now;
        if (_taken > size - 1)
            return false;
        _taken++;
        return true;
    }
}
