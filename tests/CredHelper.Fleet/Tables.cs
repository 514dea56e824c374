using System.Globalization;

namespace CredHelper.Fleet;

/// <summary>The tables of docs/dev/scale.md: what is simulated for each, and how a row is written.</summary>
internal static class Tables
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>A table: its title and head, and a plan for each row.</summary>
    public sealed record Table(
        string Title,
        string[] Columns,
        (string[] Labels, FleetPlan Plan)[] Rows,
        Func<FleetPlan, FleetCount, string[]> Cells
    )
    {
        public string Head => $"**{Title}**\n\n{Line(Columns)}\n{Line([.. Columns.Select(_ => "---")])}";

        public string Row(int index) =>
            Line([.. Rows[index].Labels, .. Cells(Rows[index].Plan, FleetRun.Of(Rows[index].Plan))]);
    }

    public static IReadOnlyList<Table> All => [ThreeDays(), Starts(), Losses(), Remedies()];

    private static Table ThreeDays()
    {
        FleetPlan jitter = new() { Hosts = 10_000 },
            half = jitter with { Jitter = false },
            kubelet = jitter with { Kubelet = true };
        var rows = new List<(string[], FleetPlan)>();
        foreach (int hosts in (int[])[100, 1_000, 10_000])
        {
            foreach (
                FleetPlan plan in (FleetPlan[])
                    [jitter, half, jitter with { Loss = Loss.NoConnection }, half with { Loss = Loss.NoConnection }]
            )
            {
                rows.Add(Row(plan with { Hosts = hosts }));
            }
        }
        rows.AddRange([
            Row(jitter with { Loss = Loss.ServerError }),
            Row(kubelet),
            Row(kubelet with { Loss = Loss.NoConnection }),
        ]);
        return new Table(
            "Three days",
            ["hosts", "a token is renewed at", "AWS lost, hour 36 to 37", .. Columns],
            [.. rows],
            Cells
        );

        static (string[], FleetPlan) Row(FleetPlan plan) => ([Number(plan.Hosts), RenewalOf(plan), LossOf(plan)], plan);
    }

    private static Table Losses()
    {
        FleetPlan plan = new()
        {
            Hosts = 10_000,
            Length = TimeSpan.FromHours(18),
            Loss = Loss.NoConnection,
            LostFrom = TimeSpan.FromHours(12),
        };
        FleetPlan small = plan with
        {
            Hosts = 1_000,
            Length = TimeSpan.FromHours(24),
            LostFrom = TimeSpan.FromHours(5),
        };
        (string, FleetPlan)[] rows =
        [
            ("0 to 1", plan with { LostFrom = TimeSpan.Zero, Length = TimeSpan.FromHours(3) }),
            (
                "0 to 1; a pull every 10 s",
                small with
                {
                    LostFrom = TimeSpan.Zero,
                    PullEvery = TimeSpan.FromSeconds(10),
                    Length = TimeSpan.FromHours(2),
                }
            ),
            ("12 to 13", plan),
            ("12 to 13", plan with { Jitter = false }),
            ("5 to 9", small with { LostFor = TimeSpan.FromHours(4) }),
            ("5 to 13", small with { LostFor = TimeSpan.FromHours(8) }),
            ("5 to 13", small with { LostFor = TimeSpan.FromHours(8), Jitter = false }),
        ];
        return new Table(
            "AWS lost at worse times: no connection is made",
            ["hosts", "a token is renewed at", "AWS lost, hours", .. Columns],
            [.. rows.Select(row => ((string[])[Number(row.Item2.Hosts), RenewalOf(row.Item2), row.Item1], row.Item2))],
            Cells
        );
    }

    private static readonly string[] Columns =
    [
        "API calls",
        "throttled",
        "unanswered",
        "most in a second: first hour",
        "later",
        "failed gets: first hour",
        "later",
        "most gets waiting",
        "longest wait",
        "longest without a token",
        "after the loss, all made good in",
    ];

    private static string[] Cells(FleetPlan plan, FleetCount count) =>
        [
            Number(count.Requests),
            Number(count.Throttled),
            Number(count.Unanswered),
            Number(count.Peak(TimeSpan.Zero, Hour)),
            Number(count.Peak(Hour, plan.Length)),
            Number(count.FailedGets(TimeSpan.Zero, Hour)),
            Number(count.FailedGets(Hour, plan.Length)),
            Number(count.MostWaiting),
            Time(count.LongestWait),
            Time(count.LongestWithoutToken),
            count.Recovery is { } recovery ? Time(recovery) : "",
        ];

    private static Table Starts()
    {
        FleetPlan minute = new() { Hosts = 0, Length = Hour },
            second = minute with { StartWithin = TimeSpan.FromSeconds(1) };
        FleetPlan[] rows =
        [
            .. ((int[])[200, 250, 300, 500, 1_000]).Select(hosts => second with { Hosts = hosts }),
            .. ((int[])[1_000, 1_300, 1_500, 2_000, 5_000, 10_000]).Select(hosts => minute with { Hosts = hosts }),
        ];
        return new Table(
            "A cold start, the first hour",
            ["hosts", "start within", .. StartColumns],
            [.. rows.Select(plan => ((string[])[Number(plan.Hosts), Time(plan.StartWithin)], plan))],
            StartCells
        );
    }

    private static Table Remedies()
    {
        FleetPlan plan = new() { Hosts = 10_000, Length = Hour };
        (string, FleetPlan)[] rows =
        [
            ("nothing", plan),
            ("start spread over ten minutes", plan with { StartWithin = TimeSpan.FromMinutes(10) }),
            ("a cache directory for every ten hosts", plan with { HostsPerCache = 10 }),
            ("a quota of 100 a second, bursts of 1,000", plan with { BucketPerSecond = 100, BucketSize = 1_000 }),
            ("clients that pull again after 30 s", plan with { PullEvery = TimeSpan.FromSeconds(30) }),
            ("`AWS_ECR_TIMEOUT=600`", plan with { Deadline = "600" }),
            ("`AWS_MAX_ATTEMPTS=100`", plan with { Attempts = 100 }),
            ("both of them", plan with { Deadline = "600", Attempts = 100 }),
        ];
        return new Table(
            "10,000 hosts that start within a minute, and what helps",
            ["what is done", .. StartColumns],
            [.. rows.Select(row => ((string[])[row.Item1], row.Item2))],
            StartCells
        );
    }

    private static readonly string[] StartColumns =
    [
        "API calls",
        "throttled",
        "hosts whose first get failed",
        "failed gets",
        "most gets waiting",
        "longest wait",
        "all have a token after",
    ];

    private static string[] StartCells(FleetPlan plan, FleetCount count) =>
        [
            Number(count.Requests),
            Number(count.Throttled),
            Number(count.FailedStarts),
            Number(count.FailedGets(TimeSpan.Zero, plan.Length)),
            Number(count.MostWaiting),
            Time(count.LongestWait),
            count.AllHaveTokens is { } all ? Time(all) : "never",
        ];

    private static string RenewalOf(FleetPlan plan) =>
        (plan.Jitter ? "45–65 %" : "50 %") + (plan.Kubelet ? ", kubelet" : "");

    private static string LossOf(FleetPlan plan) =>
        plan.Loss switch
        {
            Loss.NoConnection => "no connection",
            Loss.ServerError => "status 500",
            _ => "no",
        };

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Time(TimeSpan time) =>
        time switch
        {
            { TotalMinutes: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s"),
            { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.#} min"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min"),
        };

    private static string Line(string[] cells) => $"| {string.Join(" | ", cells)} |";
}
