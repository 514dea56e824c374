using System.Text;
using System.Text.RegularExpressions;
using CredHelper.GitLabRunner;
using CsCheck;

namespace CredHelper.Tests.GitLabRunner;

/// <summary>Tests edits in the text of a config.toml.</summary>
public sealed partial class RunnerConfigEditTests
{
    private static readonly string[] Helper =
        ["runners", "r0", "environment", "DOCKER_AUTH_CONFIG", "credHelpers", "host"],
        Volume = ["runners", "r0", "docker", "volumes", "/a:/b:ro"];

    [Fact]
    public void HoldsTheHelperAndKeepsEveryComment() =>
        RandomConfig.Document.Sample(text =>
        {
            RunnerConfigEdit edit = Parse(text);
            edit.Put("\"ecr-login\"", Helper);
            RunnerConfigEdit again = Parse(Text(edit));
            Assert.Equal("\"ecr-login\"", again.Find(Helper));
            Assert.Equal(
                Comments().Matches(text).Select(match => match.Value.TrimEnd()),
                Comments().Matches(Text(edit)).Select(match => match.Value.TrimEnd())
            );
            foreach (RunnerEntry before in Parse(text).Config.Runners)
            {
                RunnerEntry after = again.Config.Runners.Single(runner => runner.Selector == before.Selector);
                Assert.Equal((before.Executor, before.Image), (after.Executor, after.Image));
                Assert.Equal(before.Services, after.Services);
                Assert.Equal(before.Environment.Where(IsAnother), after.Environment.Where(IsAnother));
            }
        });

    [Fact]
    public void SaysTheSameAgainWhenItIsTakenBack() =>
        RandomConfig.Document.Sample(text =>
        {
            RunnerConfigEdit edit = Parse(text);
            string? before = edit.Find(Helper.AsSpan(0, 4));
            IReadOnlyList<string[]> around = edit.MissingAround(Helper);
            edit.Put("\"ecr-login\"", Helper);
            edit.Remove(Helper);
            foreach (string[] path in around.Reverse())
                edit.RemoveIfEmpty(path);
            Assert.Equal(before, edit.Find(Helper.AsSpan(0, 4)));
            if (before is null)
                Assert.Equal(Squeezed(text), Squeezed(Text(edit)));
        });

    [Fact]
    public void GetsAVolumeBesideTheOthers() =>
        RandomConfig.Document.Sample(text =>
        {
            RunnerConfigEdit edit = Parse(text);
            if (!edit.Config.Runners[0].IsDocker)
                return;
            IReadOnlyList<string> before = edit.Config.Runners[0].Volumes;
            IReadOnlyList<string[]> around = edit.MissingAround(Volume);
            edit.Put(Volume[^1], Volume);
            Assert.Equal([.. before, Volume[^1]], Parse(Text(edit)).Config.Runners[0].Volumes);
            edit.Remove(Volume);
            foreach (string[] path in around)
                edit.RemoveIfEmpty(path);
            Assert.Equal(Squeezed(text), Squeezed(Text(edit)));
        });

    [Fact]
    public void PutTwiceIsPutOnce() =>
        RandomConfig.Document.Sample(text =>
        {
            RunnerConfigEdit edit = Parse(text);
            edit.Put("\"ecr-login\"", Helper);
            string once = Text(edit);
            edit.Put("\"ecr-login\"", Helper);
            Assert.Equal(once, Text(edit));
        });

    private static bool IsAnother(string variable) =>
        !variable.StartsWith("DOCKER_AUTH_CONFIG=", StringComparison.Ordinal);

    /// <summary>Removes blanks, and the trailing comma that a multi-line list may keep.</summary>
    private static string Squeezed(string text) => Blanks().Replace(Trailing().Replace(text, ""), "");

    private static RunnerConfigEdit Parse(string text) =>
        RunnerConfigEdit.Parse("config.toml", Encoding.UTF8.GetBytes(text));

    private static string Text(RunnerConfigEdit edit) => Encoding.UTF8.GetString(edit.ToBytes());

    [GeneratedRegex("#.*")]
    private static partial Regex Comments();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@",(?=\s*(#.*\s*)*\])")]
    private static partial Regex Trailing();
}
