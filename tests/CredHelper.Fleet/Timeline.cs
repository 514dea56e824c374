namespace CredHelper.Fleet;

/// <summary>
/// Time of a simulation: it passes only when nothing is left to do at the present moment, and then at once to the next
/// timer. Everything runs on the thread that runs it, one thing after the other, so that equal beginnings have equal
/// ends.
/// </summary>
internal sealed class Timeline : TimeProvider
{
    private readonly PriorityQueue<Alarm, (long At, long Order)> _alarms = new();
    private readonly Queue<(SendOrPostCallback Work, object? State)> _ready = new();
    private readonly DateTimeOffset _start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long _order;

    /// <summary>Since the beginning.</summary>
    public TimeSpan Elapsed { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _start + Elapsed;

    public override long GetTimestamp() => Elapsed.Ticks;

    /// <summary>Unix seconds of a moment.</summary>
    public long SecondsAt(TimeSpan elapsed) => (_start + elapsed).ToUnixTimeSeconds();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Begins work at a moment that is not over yet.</summary>
    public void At(TimeSpan moment, Func<Task> work) =>
        _alarms.Enqueue(new Alarm(() => Begin(work)), (moment.Ticks, _order++));

    /// <summary>Until nothing is left to do.</summary>
    public void Run()
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new Context(this));
        try
        {
            while (true)
            {
                while (_ready.TryDequeue(out var next))
                    next.Work(next.State);
                if (!_alarms.TryDequeue(out Alarm? alarm, out var due))
                    return;
                // One that was called off must not move the time.
                if (alarm.Work is not { } work)
                    continue;
                Elapsed = TimeSpan.FromTicks(due.At);
                work();
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    /// <summary>
    /// Nobody waits for it: what it throws must end <see cref="Run"/>, where the context of an async void brings it.
    /// </summary>
    private static async void Begin(Func<Task> work) => await work();

    private sealed class Alarm(Action work)
    {
        public Action? Work { get; set; } = work;
    }

    /// <summary>Once only: nothing of the program wants a period.</summary>
    private sealed class Timer(Timeline time, Action work) : ITimer
    {
        private Alarm? _alarm;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Dispose();
            if (dueTime == Timeout.InfiniteTimeSpan)
                return true;
            _alarm = new Alarm(work);
            time._alarms.Enqueue(_alarm, ((time.Elapsed + dueTime).Ticks, time._order++));
            return true;
        }

        public void Dispose()
        {
            if (_alarm is { } alarm)
                alarm.Work = null;
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Takes in what awaits are followed by.</summary>
    private sealed class Context(Timeline time) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => time._ready.Enqueue((d, state));
    }
}
