using System.Diagnostics;
using CredHelper.Fleet;

// CredHelper.Fleet            the tables of docs/dev/scale.md on standard output (scripts/fleet.sh)
// CredHelper.Fleet --quick    the same rows, without those of more than 500 hosts
if (args is not ([] or ["--quick"]))
{
    Console.Error.WriteLine("usage: CredHelper.Fleet [--quick]");
    return 2;
}
int largest = args is [] ? int.MaxValue : 500;
var watch = Stopwatch.StartNew();
foreach (Tables.Table table in Tables.All)
{
    // Each fleet has time, AWS and files of its own; two of them do not see each other.
    string[] rows =
    [
        .. Enumerable
            .Range(0, table.Rows.Length)
            .Where(row => table.Rows[row].Plan.Hosts <= largest)
            .AsParallel()
            .AsOrdered()
            .WithDegreeOfParallelism(Environment.ProcessorCount)
            .Select(table.Row),
    ];
    if (rows.Length == 0)
        continue;
    Console.WriteLine(table.Head);
    foreach (string row in rows)
        Console.WriteLine(row);
    Console.WriteLine();
}
Console.Error.WriteLine($"{watch.Elapsed.TotalSeconds:0} s");
return 0;
