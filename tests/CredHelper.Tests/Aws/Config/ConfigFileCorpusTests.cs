using System.Collections.Concurrent;
using System.Text.Json;
using CredHelper.Aws.Config;
using CredHelper.Errors;

namespace CredHelper.Tests.Aws.Config;

/// <summary>
/// Ordinary and hostile configuration files, compared with committed results and with the results of the botocore and
/// the AWS CLI of this machine.
/// </summary>
public sealed class ConfigFileCorpusTests
{
    // The AWS CLI takes a second to start, so it reads only these files; botocore reads all.
    private static readonly (string Name, string Profile)[] AskedOfTheCli =
    [
        ("plain", "default"),
        ("named-profile", "prod"),
        ("two-files", "prod"),
        ("nested-region-last", "default"),
        ("continuation-of-region", "default"),
        ("comment-behind-header", "a"),
        ("quoted-profile-names", "a b"),
        ("profile-case", "Prod"),
        ("shared-section", "a"),
        ("profile-default-and-default", "default"),
        ("inline-comment", "a"),
    ];

    public static TheoryData<string> Names => new(Corpus.Names);

    [Fact]
    public void IsOneOfMany() => Assert.True(Corpus.Names.Count >= 60);

    [Theory, MemberData(nameof(Names))]
    public void GivesTheProfilesCommittedBesideIt(string name)
    {
        JsonElement expected = Corpus.Expected(name);
        AwsProfiles profiles = AwsProfiles.Load(Corpus.Environment(name));
        Assert.Equal(Corpus.Lines(expected.GetProperty("profiles")), LinesOfProfiles(profiles));
        foreach (JsonProperty session in expected.GetProperty("ssoSessions").EnumerateObject())
        {
            Assert.Equal(
                session
                    .Value.EnumerateObject()
                    .ToDictionary(setting => setting.Name, setting => setting.Value.GetString()),
                profiles
                    .SsoSession(session.Name)!
                    .ToDictionary(setting => setting.Key, setting => (string?)setting.Value)
            );
        }
        foreach (JsonProperty services in expected.GetProperty("services").EnumerateObject())
        {
            var blocks = profiles.Services(services.Name)!.Select(block => (block.Key, block.Value.AsEnumerable()));
            Assert.Equal(
                Corpus
                    .Lines(expected.GetProperty("services"))
                    .Where(line => line.StartsWith($"[{services.Name}]", StringComparison.Ordinal)),
                Corpus.Lines(services.Name, [], blocks).Order(StringComparer.Ordinal)
            );
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void GivesTheRegionsCommittedBesideIt(string name)
    {
        AwsProfiles profiles = AwsProfiles.Load(Corpus.Environment(name));
        foreach (JsonProperty region in Corpus.Expected(name).GetProperty("regions").EnumerateObject())
        {
            // An empty name means that the environment chooses the profile.
            if (region.Name.Length == 0)
                continue;
            if (region.Value.ValueEquals("refused"))
            {
                string message = Assert.Throws<HelperException>(() => RegionOf()).Message;
                Assert.Contains("not a region", message, StringComparison.Ordinal);
            }
            else
            {
                Assert.Equal(region.Value.GetString(), RegionOf());
            }

            string? RegionOf() => AwsSettings.Resolve(Corpus.Environment(name), profiles, region.Name).Region;
        }
    }

    [Fact]
    public async Task IsReadAsBotocoreReadsIt()
    {
        JsonElement answers = await Corpus.AskBotocoreAsync(Corpus.Folder, Corpus.Names);
        foreach (string name in Corpus.Names)
        {
            JsonElement answer = answers.GetProperty(name);
            if (answer.TryGetProperty("refuses", out _))
            {
                Assert.True(
                    Corpus.Expected(name).GetProperty("botocore").ValueEquals("refuses"),
                    $"{name}: botocore refuses it here"
                );
                continue;
            }
            ConfigFile file = ConfigFile.Parse(
                await File.ReadAllBytesAsync(Corpus.ConfigPath(name), TestContext.Current.CancellationToken)
            );
            Assert.Equal(Corpus.Lines(answer.GetProperty("sections")), Corpus.Lines(file.Sections));
            Assert.Equal(
                Corpus.Lines(answer.GetProperty("profiles")),
                LinesOfProfiles(AwsProfiles.Load(Corpus.Environment(name)))
            );
            Assert.Equal(
                answer
                    .GetProperty("regions")
                    .EnumerateObject()
                    .Select(region => $"{region.Name}: {region.Value}")
                    .Order(StringComparer.Ordinal),
                AwsProfiles.Load(Corpus.Environment(name)) is var profiles
                    ? profiles
                        .Names.Select(profile =>
                            $"{profile}: {profiles.Find(profile)!.Settings.GetValueOrDefault("region")}"
                        )
                        .Order(StringComparer.Ordinal)
                    : []
            );
        }
    }

    [Fact]
    public async Task GivesTheRegionThatAwsConfigureGetGives()
    {
        var answers = new ConcurrentDictionary<(string, string), string>();
        await Parallel.ForEachAsync(
            AskedOfTheCli,
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            async (question, _) =>
            {
                (int exitCode, string output) = await Corpus.RunAsync(
                    "/usr/bin/aws",
                    ["configure", "get", "region", "--profile", question.Profile],
                    Corpus.Environment(question.Name)
                );
                answers[question] = exitCode == 0 ? output[..^1] : "none";
            }
        );
        foreach ((string name, string profile) in AskedOfTheCli)
        {
            Assert.Equal(
                (name, answers[(name, profile)]),
                (name, AwsProfiles.Load(Corpus.Environment(name)).Find(profile)!["region"] ?? "none")
            );
        }
    }

    private static IEnumerable<string> LinesOfProfiles(AwsProfiles profiles) =>
        profiles
            .Names.Select(name => profiles.Find(name)!)
            .SelectMany(profile => Corpus.Lines(profile.Name, profile.Settings, BlocksOf(profile)))
            .Order(StringComparer.Ordinal);

    private static IEnumerable<(string Name, IEnumerable<KeyValuePair<string, string>> Settings)> BlocksOf(
        AwsProfile profile
    )
    {
        foreach (
            (ConfigSection? section, ConfigSection? over) in new[]
            {
                (profile.InConfigFile, profile.InCredentialsFile),
                (profile.InCredentialsFile, null),
            }
        )
        {
            foreach (
                (string name, IReadOnlyDictionary<string, string> block) in section?.Blocks
                    ?? new Dictionary<string, IReadOnlyDictionary<string, string>>()
            )
            {
                if (over?.Settings.ContainsKey(name) != true && over?.Blocks.ContainsKey(name) != true)
                    yield return (name, block);
            }
        }
    }
}
