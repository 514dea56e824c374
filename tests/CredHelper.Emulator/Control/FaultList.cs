namespace CredHelper.Emulator;

/// <summary>The faults that have not occurred yet.</summary>
public sealed class FaultList
{
    private readonly Lock _lock = new();
    private readonly List<(Fault Fault, int Left)> _pending = [];

    internal FaultList() { }

    public void Add(Fault fault)
    {
        if (fault.Times == 0)
            return;
        lock (_lock)
            _pending.Add((fault, fault.Times));
    }

    public void Clear()
    {
        lock (_lock)
            _pending.Clear();
    }

    /// <summary>Takes the fault for this call and counts it down.</summary>
    internal Fault? Take(string service, string operation)
    {
        lock (_lock)
        {
            int index = _pending.FindIndex(pending => Fits(pending.Fault, service, operation));
            if (index < 0)
                return null;
            (Fault fault, int left) = _pending[index];
            if (left == 1)
                _pending.RemoveAt(index);
            else if (left > 1)
                _pending[index] = (fault, left - 1);
            return fault;
        }
    }

    private static bool Fits(Fault fault, string service, string operation) =>
        (fault.Service == "*" || fault.Service == service) && (fault.Operation is null || fault.Operation == operation);
}
