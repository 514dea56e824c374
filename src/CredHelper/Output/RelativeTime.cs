namespace CredHelper.Output;

/// <summary>Formats spans of time for reports.</summary>
internal static class RelativeTime
{
    /// <summary><c>7 min ago</c>; <c>0 s ago</c> for a time in the future, because clocks may differ.</summary>
    public static string Ago(TimeSpan age) => $"{Exact(Positive(age))} ago";

    /// <summary><c>in 11 h</c>, or <c>7 min ago</c> for the past.</summary>
    public static string Around(TimeSpan left) => left < TimeSpan.Zero ? $"{Rough(-left)} ago" : $"in {Rough(left)}";

    /// <summary><c>11 h 5 min</c>, <c>7 min</c> or <c>12 s</c>.</summary>
    public static string Exact(TimeSpan span) =>
        span.TotalHours >= 1 ? $"{(int)span.TotalHours} h {span.Minutes} min" : Rough(span);

    /// <summary>The span in its largest unit only.</summary>
    private static string Rough(TimeSpan span)
    {
        if (span.TotalDays >= 2)
            return $"{(int)span.TotalDays} d";
        if (span.TotalHours >= 1)
            return $"{(int)span.TotalHours} h";
        return span.TotalMinutes >= 1 ? $"{span.Minutes} min" : $"{span.Seconds} s";
    }

    private static TimeSpan Positive(TimeSpan span) => span < TimeSpan.Zero ? TimeSpan.Zero : span;
}
