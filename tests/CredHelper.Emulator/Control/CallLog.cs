namespace CredHelper.Emulator.Control;

/// <summary>The calls since the start or the last reset, oldest first.</summary>
internal sealed class CallLog
{
    private readonly Lock _lock = new();
    private readonly List<RecordedCall> _calls = [];

    public IReadOnlyList<RecordedCall> Snapshot
    {
        get
        {
            lock (_lock)
                return [.. _calls];
        }
    }

    public void Add(RecordedCall call)
    {
        lock (_lock)
            _calls.Add(call);
    }

    public void Clear()
    {
        lock (_lock)
            _calls.Clear();
    }

    public int Count(string? service, string? operation) =>
        Snapshot.Count(call =>
            (service is null or "*" || call.Service == service) && (operation is null || call.Operation == operation)
        );
}
