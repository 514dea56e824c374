using CredHelper.GitLabRunner;

namespace CredHelper.Fuzz.Targets;

/// <summary>GitLab Runner's config.toml: read by doctor, edited by setup down into the JSON of a variable.</summary>
internal sealed class RunnerConfigTarget : IFuzzTarget
{
    private const string Host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";

    public string Name => "runner-config";

    public void Read(ReadOnlySpan<byte> input)
    {
        byte[] content = input.ToArray();
        RunnerConfigEdit untouched = RunnerConfigEdit.Parse("config.toml", content);
        Promise.Holds(untouched.ToBytes().SequenceEqual(content), "what is only read stays as it is");
        foreach (RunnerEntry runner in untouched.Config.Runners)
        {
            Put(
                content,
                runner,
                "\"ecr-login\"",
                ["runners", runner.Selector, "environment", RunnerConfig.DockerAuthConfig, "credHelpers", Host]
            );
            if (runner.IsDocker)
                Put(content, runner, "/a:/b:ro", ["runners", runner.Selector, "docker", "volumes", "/a:/b:ro"]);
        }
    }

    private static void Put(byte[] content, RunnerEntry runner, string value, string[] path)
    {
        RunnerConfigEdit edit = RunnerConfigEdit.Parse("config.toml", content);
        if (edit.Config.Runners.Count(other => other.Selector == runner.Selector) > 1 || edit.Find(path) is not null)
            return;
        IReadOnlyList<string[]> around = edit.MissingAround(path);
        edit.Put(value, path);
        byte[] once = edit.ToBytes();
        RunnerConfigEdit again = RunnerConfigEdit.Parse("config.toml", once);
        Promise.Same(value, again.Find(path), "what was put is there");
        SameOthers(runner, again.Config.Runners.Single(other => other.Selector == runner.Selector));
        Promise.Same(untouchedRunners(content), again.Config.Runners.Count, "no runner comes or goes");
        again.Put(value, path);
        Promise.Holds(again.ToBytes().SequenceEqual(once), "put twice is put once");
        again.Remove(path);
        foreach (string[] one in around.Reverse())
            again.RemoveIfEmpty(one);
        RunnerConfigEdit after = RunnerConfigEdit.Parse("config.toml", again.ToBytes());
        Promise.Holds(after.Find(path) is null, "what was removed is gone");
        SameOthers(runner, after.Config.Runners.Single(other => other.Selector == runner.Selector));

        static int untouchedRunners(byte[] content) =>
            RunnerConfigEdit.Parse("config.toml", content).Config.Runners.Count;
    }

    private static void SameOthers(RunnerEntry before, RunnerEntry after)
    {
        Promise.Same(
            (before.Name, before.Executor, before.Image, before.HelperImage, before.IsPrivileged),
            (after.Name, after.Executor, after.Image, after.HelperImage, after.IsPrivileged),
            "the rest of a runner stays"
        );
        Promise.Holds(before.Services.SequenceEqual(after.Services), "services stay");
        Promise.Holds(Others(before).SequenceEqual(Others(after)), "other variables stay");
        Promise.Holds(
            before.Volumes.SequenceEqual(after.Volumes.Where(volume => volume != "/a:/b:ro"))
                || before.Volumes.Contains("/a:/b:ro"),
            "other volumes stay"
        );

        static IEnumerable<string> Others(RunnerEntry runner) =>
            runner.Environment.Where(variable =>
                !variable.StartsWith(RunnerConfig.DockerAuthConfig + "=", StringComparison.Ordinal)
            );
    }
}
