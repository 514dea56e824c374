namespace CredHelper.Fleet;

/// <summary>Runs a fleet from the first host's start to the end of the plan.</summary>
internal static class FleetRun
{
    public static FleetCount Of(FleetPlan plan)
    {
        // Memory where there is some: the files of ten thousand hosts are written often and kept never.
        string parent = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        string root = Path.Combine(parent, $"ecr-fleet-{Guid.NewGuid():N}");
        Directory.CreateDirectory(root);
        try
        {
            return Run(plan, root);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static FleetCount Run(FleetPlan plan, string root)
    {
        var time = new Timeline();
        var count = new FleetCount(plan);
        var aws = new SimulatedAws(plan, time, count);
        var random = new Random(plan.Seed);
        HostCache? cache = null;
        for (int i = 0; i < plan.Hosts; i++)
        {
            if (i % plan.HostsPerCache == 0)
            {
                cache = new HostCache(
                    Directory.CreateDirectory(Path.Combine(root, $"{i}")).FullName,
                    plan,
                    time,
                    aws,
                    count,
                    random.Next()
                );
            }

            new Host(cache!, plan, time, count).PullFrom(plan.StartWithin * random.NextDouble());
        }
        time.Run();
        return count;
    }
}
